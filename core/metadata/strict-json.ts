/**
 * The strict reader that stands before the model (the codes `json.*`): it refuses every document that
 * two conforming clients could read differently. It reports what is wrong and returns nothing else;
 * `parseDocument` reads the values.
 */
import { visit, printParseErrorCode } from 'jsonc-parser';
import type { RuleCode } from '../error/codes.ts';
import type { Finding } from '../error/error.ts';
import { isNormal } from './text-form.ts';

const maxDepth = 32;
const forbiddenKeys = ['__proto__', 'constructor', 'prototype'];

/** TUF 1.0.34 §4, in lower case. Go fills its fields from JSON without regard to case. */
const fields: ReadonlySet<string> = new Set([
  ...['signed', 'signatures', 'keyid', 'sig'],
  ...['_type', 'spec_version', 'version', 'expires', 'consistent_snapshot', 'meta'],
  ...['keys', 'keytype', 'scheme', 'keyval', 'public', 'roles', 'keyids', 'threshold'],
  ...['targets', 'length', 'hashes', 'custom', 'delegations', 'name', 'terminating'],
  ...['paths', 'path_hash_prefixes', 'succinct_roles', 'bit_length', 'name_prefix'],
]);

type Path = readonly (string | number)[];

interface ObjectFrame {
  readonly keys: Set<string>;
  readonly folded: Set<string>;
}

/**
 * What is wrong with the bytes of a metadata file; an empty list means nothing.
 * @param file names the file in findings, each followed by a JSON pointer (RFC 6901)
 */
export function checkStrictJson(bytes: Uint8Array, file: string): readonly Finding<RuleCode>[] {
  const text = decode(bytes);
  if (text === undefined) {
    return [{ code: 'json.utf8', where: file, message: 'the file is not UTF-8 without a BOM' }];
  }
  return new StrictReader(file).read(text);
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.startsWith('\uFEFF') ? undefined : text;
  } catch {
    return undefined; // the decoder has one way to say no
  }
}

/** Ends the reading: the parser recurses, so nothing deeper may reach it. */
class TooDeep extends RangeError {}

class StrictReader {
  private readonly findings: Finding<RuleCode>[] = [];
  private readonly frames: (ObjectFrame | undefined)[] = [];
  private readonly path: (string | number)[] = [];

  constructor(private readonly file: string) {}

  read(text: string): readonly Finding<RuleCode>[] {
    try {
      this.visit(text);
    } catch (error) {
      if (!(error instanceof TooDeep)) throw error;
    }
    return this.findings;
  }

  private visit(text: string): void {
    const options = { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false };
    visit(
      text,
      {
        onObjectBegin: () => {
          this.enter({ keys: new Set(), folded: new Set() });
        },
        onObjectEnd: () => {
          this.leave();
        },
        onArrayBegin: () => {
          this.enter(undefined);
        },
        onArrayEnd: () => {
          this.leave();
        },
        onObjectProperty: (key) => {
          this.property(key);
        },
        onLiteralValue: (value: unknown, offset, length) => {
          this.literal(value, text.slice(offset, offset + length));
        },
        onError: (error, offset) => {
          this.report('json.syntax', `${printParseErrorCode(error)} at byte ${offset}`);
        },
      },
      options,
    );
  }

  private enter(frame: ObjectFrame | undefined): void {
    this.nextElement();
    if (this.frames.length === maxDepth) {
      this.report('json.too-deep', `nested beyond ${maxDepth} levels`);
      throw new TooDeep();
    }
    this.frames.push(frame);
    this.path.push(frame === undefined ? -1 : '');
  }

  private leave(): void {
    const frame = this.frames.pop();
    this.path.pop();
    if (frame !== undefined) this.checkOrder(frame);
  }

  /** In an array, each value moves the pointer on by one. */
  private nextElement(): void {
    const last = this.path.at(-1);
    if (typeof last === 'number') this.path[this.path.length - 1] = last + 1;
  }

  private property(key: string): void {
    const frame = this.frames.at(-1);
    if (frame === undefined) return;
    this.path[this.path.length - 1] = key;
    if (forbiddenKeys.includes(key)) this.report('json.key', 'this name is not allowed');
    const isFree = isCustom(this.path);
    if (frame.keys.has(key)) {
      this.report('json.duplicate-key', 'the same name stands here twice');
    } else if (!isFree && !isTargetName(this.path) && frame.folded.has(key.toLowerCase())) {
      this.report('json.duplicate-key', 'two names differ only in case');
    }
    frame.keys.add(key);
    frame.folded.add(key.toLowerCase());
    if (isFree) this.checkSurrogates(key);
    else this.checkKey(key);
  }

  private checkKey(key: string): void {
    if (isTargetName(this.path)) {
      this.checkText(key, false);
    } else if (!isPrintableAscii(key)) {
      this.report('json.key', 'names are ASCII');
    } else if (!fields.has(key) && fields.has(key.toLowerCase())) {
      this.report('json.key', 'differs from a field of TUF in case alone: some clients take it');
    }
  }

  private literal(value: unknown, raw: string): void {
    this.nextElement();
    if (typeof value === 'number') this.checkNumber(raw);
    if (isCustom(this.path)) {
      if (typeof value === 'string') this.checkSurrogates(value);
      return;
    }
    if (value === null) this.report('json.shape', 'null is allowed in custom only');
    if (typeof value !== 'string') return;
    this.checkText(value, isPem(this.path));
    if (isHex(this.path) && raw !== `"${value}"`) {
      this.report('json.text', 'hexadecimal digits are not escaped: some clients read them raw');
    }
  }

  private checkNumber(raw: string): void {
    if (!/^(0|-?[1-9]\d*)$/.test(raw) || !Number.isSafeInteger(Number(raw))) {
      this.report('json.number', 'numbers are integers within ±(2^53 - 1), without exponent');
    }
  }

  private checkText(text: string, linesAllowed: boolean): void {
    if (isPrintableAscii(text)) return;
    this.checkSurrogates(text);
    const control = linesAllowed ? /[^\P{Cc}\n]/u : /\p{Cc}/u;
    if (control.test(text)) this.report('json.text', 'control characters are not allowed');
    if (!isNormal(text)) this.report('json.text', 'text must be in NFC');
  }

  private checkSurrogates(text: string): void {
    if (/\p{Cs}/u.test(text)) this.report('json.text', 'a lone surrogate has no UTF-8 form');
  }

  /** JavaScript sorts names by UTF-16 unit, others by code point: both must give one order. */
  private checkOrder(frame: ObjectFrame): void {
    if (![...frame.keys].some(isAstral)) return;
    const byUnit = [...frame.keys].sort();
    const byPoint = [...frame.keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    if (byUnit.some((key, index) => key !== byPoint[index])) {
      this.report('json.key', 'names sort differently by UTF-16 unit and by code point');
    }
  }

  private report(code: RuleCode, message: string): void {
    if (this.findings.length < 20) {
      this.findings.push({ code, where: `${this.file}${pointer(this.path)}`, message });
    }
  }
}

/** Inside `signed/targets/<path>/custom`, which belongs to whoever lists the target. */
function isCustom(path: Path): boolean {
  return path.length > 4 && path[0] === 'signed' && path[1] === 'targets' && path[3] === 'custom';
}

function isTargetName(path: Path): boolean {
  return path.length === 3 && path[0] === 'signed' && path[1] === 'targets';
}

/** Where go-tuf reads digits from the text of the file, without looking for escapes. */
function isHex(path: Path): boolean {
  if (path.length === 3) return path[0] === 'signatures' && path[2] === 'sig';
  return path.length === 5 && path[1] === 'targets' && path[3] === 'hashes';
}

function isPem(path: Path): boolean {
  return path.at(-1) === 'public' && path.at(-2) === 'keyval';
}

function isPrintableAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

function isAstral(text: string): boolean {
  return /[\u{10000}-\u{10ffff}]/u.test(text);
}

function pointer(path: Path): string {
  if (path.length === 0) return '';
  const parts = path.map((part) => String(part).replaceAll('~', '~0').replaceAll('/', '~1'));
  return `#/${parts.join('/')}`;
}
