/**
 * The ways in which a server can answer badly: eight kinds, each in several forms, and what a client
 * is to make of each.
 */
import { gzipSync } from 'node:zlib';
import type { Code } from '../../../core/error/codes.ts';
import {
  altered,
  byteByByte,
  bytes,
  encoded,
  endless,
  half,
  itsLength,
  promises,
  raw,
  reset,
  sent,
  status,
  whole,
  type Answer,
} from './answering.ts';

export interface BadAnswer {
  readonly kind: string;
  readonly form: string;
  readonly answer: Answer;
  readonly codes: Codes;
  /** Nothing but the clock tells: the client is given little patience. */
  readonly isSlow: boolean;
}

/** By what is known of a file before it comes. */
export interface Codes {
  /** Next root and timestamp: nothing. */
  readonly unknown: Code;
  /** Snapshot, targets and delegated role: length and hash. */
  readonly signed: Code;
  /** A target file: length and hash. */
  readonly target: Code;
}

type Form = readonly [form: string, answer: Answer, codes: Code | Codes];

const cut = 'download.unreachable';
const tooLong = 'download.too-long';
const tooSlow = 'download.too-slow';

export const badAnswers: readonly BadAnswer[] = [
  ...kind('truncated', truncated()),
  ...kind('endless', endlessOnes()),
  ...kind('slow', slowOnes(), true),
  ...kind('redirected', redirected()),
  ...kind('compressed', compressed()),
  ...kind('of the wrong length', wrongLength()),
  ...kind('of the wrong type', wrongType()),
  ...kind('broken in transport', broken()),
  ...kind('broken in transport', [['promised for ever', promises(), 'download.too-slow']], true),
];

function kind(name: string, forms: readonly Form[], isSlow = false): readonly BadAnswer[] {
  return forms.map(([form, answer, given]) => {
    const codes =
      typeof given === 'string' ? { unknown: given, signed: given, target: given } : given;
    return { kind: name, form, answer, codes, isSlow };
  });
}

/** Of what is well sent and not as long as was signed. */
function shorter(unknown: Code): Codes {
  return { unknown, signed: 'metadata.length', target: 'download.too-short' };
}

function truncated(): readonly Form[] {
  const chunk = (genuine: Buffer) =>
    Buffer.concat([Buffer.from(`${genuine.length.toString(16)}\r\n`), half(genuine)]);
  return [
    ['half of the announced length', raw(half, itsLength), cut],
    ['half, announced as all', sent(half), shorter('json.syntax')],
    ['half of a chunk', raw(chunk, () => 'transfer-encoding: chunked'), cut],
  ];
}

function endlessOnes(): readonly Form[] {
  const huge = () => 'content-length: 9007199254740991';
  return [
    ['blanks', endless(() => ''), tooLong],
    ['the file, and on and on', endless(whole), tooLong],
    ['an immense length announced', raw(half, huge, 'stay'), tooLong],
  ];
}

function slowOnes(): readonly Form[] {
  return [
    ['no answer', () => () => undefined, tooSlow],
    ['a head and no more', raw(() => '', itsLength, 'stay'), tooSlow],
    ['half and no more', raw(half, itsLength, 'stay'), tooSlow],
    ['byte by byte', byteByByte(), tooSlow],
  ];
}

function redirected(): readonly Form[] {
  const to = { location: '/elsewhere' };
  return [301, 302, 303, 307, 308].map((code) => [
    `with status ${code}`,
    status(code, to),
    'download.redirected',
  ]);
}

function compressed(): readonly Form[] {
  return [
    ['gzip', encoded('gzip', gzipSync), 'download.encoded'],
    ['an unknown encoding', encoded('x-own', whole), 'download.encoded'],
    ['gzip, unsaid', sent(gzipSync), shorter('json.utf8')],
  ];
}

function wrongLength(): readonly Form[] {
  const announced = (difference: number) =>
    raw(whole, ({ length }) => `content-length: ${length + difference}`);
  const longer = (genuine: Buffer) => Buffer.concat([genuine, Buffer.from('}')]);
  return [
    ['more announced than comes', announced(1), { unknown: cut, signed: tooLong, target: tooLong }],
    ['less announced than comes', announced(-9), shorter('json.syntax')],
    ['a byte too many', sent(longer), { unknown: 'json.syntax', signed: tooLong, target: tooLong }],
    ['two lengths', raw(whole, (file) => `content-length: 9\r\n${itsLength(file)}`), cut],
    ['no number', raw(whole, () => 'content-length: many'), cut],
    ['a negative one', raw(whole, () => 'content-length: -1'), cut],
  ];
}

function wrongType(): readonly Form[] {
  const page = '<!doctype html><title>Welcome to the network of this hotel</title>';
  const other = (genuine: Buffer) => Buffer.from(genuine.map((byte) => byte ^ 0x80));
  const changed = { signed: 'metadata.hash', target: 'target.hash' } as const;
  return [
    ['a page for people', sent(() => page), shorter('json.syntax')],
    ['nothing', sent(() => ''), shorter('json.syntax')],
    ['JSON of another shape', sent(() => '{"signed": []}'), shorter('json.envelope')],
    ['bytes of no meaning', sent(other), { unknown: 'json.utf8', ...changed }],
    ['the file, altered', sent(altered), { unknown: 'role.threshold', ...changed }],
  ];
}

function broken(): readonly Form[] {
  const head = 'HTTP/1.1 200 OK\r\n';
  return [
    ['reset without an answer', reset(), cut],
    ['reset after half', raw(half, itsLength, 'reset'), cut],
    ['closed without an answer', bytes(''), cut],
    ['cut within the head', bytes(`${head}content-le`), cut],
    ['another protocol', bytes('220 mail.example ESMTP\r\n'), cut],
    ['noise', bytes(Buffer.alloc(2_000, 0xa5)), cut],
    ['an immense head', bytes(`${head}x-more: ${'m'.repeat(100_000)}\r\n\r\n`), cut],
    ...[500, 503, 429, 400, 204, 206].map((code): Form => [
      `status ${code}`,
      status(code),
      'download.status',
    ]),
  ];
}
