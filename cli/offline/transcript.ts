/**
 * A record of a ceremony, to be printed and filed: each step is appended, with the time, what was shown,
 * every payload, and every key by both of its digests. It says nothing that is secret.
 */
import { appendFile } from 'node:fs/promises';
import path from 'node:path';
import { fault, visible } from '../../core/error/error.ts';
import type { Draft } from '../workspace/drafts.ts';
import { payloadOf, type Payload, type PayloadSigner } from './payloads.ts';

export interface TranscriptStep {
  /** What was done, in a few words. */
  readonly title: string;
  readonly at: Date;
  readonly facts: readonly (readonly [label: string, value: string])[];
  /** What people were shown; nothing where that was in an earlier step. */
  readonly words: readonly string[];
  /** The roles as they are after it. */
  readonly drafts: readonly Draft[];
}

/** Appends a step. Of no option, it does nothing. */
export type Transcript = (step: TranscriptStep) => Promise<void>;

/** @throws `usage.argument` for a file that cannot be written, before anything is done */
export async function openTranscript(named: string | undefined, cwd: string): Promise<Transcript> {
  if (named === undefined) return () => Promise.resolve();
  const file = path.resolve(cwd, named);
  await appendFile(file, '').catch((cause: unknown) => {
    throw fault('usage.argument', '--transcript', `${file} cannot be written`, { cause });
  });
  return (step) => appendFile(file, `${transcriptLines(step).join('\n')}\n`);
}

function transcriptLines({ title, at, facts, words, drafts }: TranscriptStep): readonly string[] {
  const payloads = drafts.map(payloadOf);
  const time = at.toISOString().replace(/\.\d{3}Z$/, 'Z');
  return [
    '-'.repeat(78),
    `${time}  ${title}`,
    ...facts.map(([label, value]) => `  ${label.padEnd(13)} ${visible(value)}`),
    ...(words.length === 0 ? [] : section('What was shown', words)),
    ...section('Payloads', payloads.flatMap(payloadLines)),
    ...section('Keys', keysOf(payloads).flatMap(keyLines)),
    '',
    'Seen and compared by: ______________________________  on: ________________',
  ];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return ['', title, ...lines.map((text) => `  ${text}`)];
}

function payloadLines({ role, version, sha256, signers }: Payload): readonly string[] {
  const names = (hasSigned: boolean) =>
    signers
      .filter((signer) => signer.hasSigned === hasSigned)
      .map(({ owner }) => visible(owner))
      .join(', ');
  return [
    `${visible(role)} version ${version}`,
    `  sha256      ${sha256}`,
    `  signed by   ${names(true) || 'nobody yet'}`,
    ...(names(false) === '' ? [] : [`  not by      ${names(false)}`]),
  ];
}

interface SignerOfRoles extends PayloadSigner {
  readonly roles: readonly string[];
}

function keysOf(payloads: readonly Payload[]): readonly SignerOfRoles[] {
  const keys = new Map<string, SignerOfRoles>();
  for (const { role, signers } of payloads) {
    for (const signer of signers) {
      const { keyid } = signer.key;
      const roles = new Set([...(keys.get(keyid)?.roles ?? []), role]);
      keys.set(keyid, { ...signer, roles: [...roles] });
    }
  }
  return [...keys.values()];
}

function keyLines({ owner, key, roles }: SignerOfRoles): readonly string[] {
  return [
    `${visible(owner)}, ${key.scheme}, may sign ${roles.map(visible).join(', ')}`,
    `  keyid       ${key.keyid}`,
    `  fingerprint ${key.fingerprint}`,
  ];
}
