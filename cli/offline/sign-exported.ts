/**
 * `sign --exported DIR`: on a machine without a network. What is signed is what the folder's metadata
 * says, verified from a root that is known here; its README.txt and payloads are never read.
 */
import path from 'node:path';
import { visible } from '../../core/error/error.ts';
import { signatureLine } from '../../core/rules/signature-status.ts';
import type { Cli } from '../terminal/cli.ts';
import { confirmSigning } from '../terminal/confirm-signing.ts';
import type { KeyOptions } from '../terminal/key-options.ts';
import type { OfflineOptions } from '../terminal/offline-options.ts';
import { statusesOf } from '../workspace/drafts.ts';
import { keysOf } from '../workspace/key-setup.ts';
import { requireKeys } from '../workspace/own-keys.ts';
import { readPin } from '../workspace/pin-root.ts';
import { makeSignatures, signedDrafts, withSigners } from '../workspace/sign-drafts.ts';
import type { MadeSignature } from '../workspace/sign-drafts.ts';
import { planSignatures, type Signing } from '../workspace/sign-plan.ts';
import { readCarried, writeAfter } from './carried-folder.ts';
import { givenSignatures } from './given-signature.ts';
import { payloadOf } from './payloads.ts';
import { placeSignatures } from './place-signatures.ts';
import { openTranscript, type TranscriptStep } from './transcript.ts';
import { verifyCarried, type CarriedChange } from './verify-carried.ts';

interface ExportedOptions extends KeyOptions, OfflineOptions {
  readonly yes?: true;
  readonly json?: true;
}

/** @throws as `verifyCarried`; `workspace.not-allowed`, `workspace.no-key`, `signer.*` */
export async function signExported(
  cli: Cli,
  named: string,
  options: ExportedOptions,
): Promise<void> {
  const folder = path.resolve(cli.cwd, named);
  const pin = await readPin(options, cli.cwd);
  const transcript = await openTranscript(options.transcript, cli.cwd);
  const read = async () => verifyCarried(await readCarried(folder), pin, cli.now());
  const change = await read();
  const made =
    options.attach === undefined
      ? await signShown(cli, change, options)
      : placeSignatures(change.drafts, givenSignatures(options)).made;
  const signed = signedDrafts(change.drafts, made);
  await writeAfter(folder, new Map(signed.map(({ file, bytes }) => [file, bytes])));
  // Said of what is in the folder now, not of what was meant to be.
  const after = await read();
  await transcript(stepOf(cli, after, made));
  report(cli, after, made, options.json === true);
}

function stepOf(
  cli: Cli,
  { drafts, words }: CarriedChange,
  made: readonly MadeSignature[],
): TranscriptStep {
  const facts = made.map(({ keyid, file }) => ['signed now', `${file} by key ${keyid}`] as const);
  return { title: 'signed out of a folder', at: cli.now(), facts, words: words([]), drafts };
}

async function signShown(
  cli: Cli,
  change: CarriedChange,
  options: ExportedOptions,
): Promise<readonly MadeSignature[]> {
  const { keys, access } = await keysOf(cli, options, { keys: [] });
  const plan = planSignatures(change.drafts, requireKeys(keys));
  if (plan.length > 0) await confirmSigning(cli, shown(change, plan), options);
  return withSigners(access, (open) => makeSignatures(plan, open));
}

/** The words, and last the digests that people read to each other. */
function shown({ drafts, words }: CarriedChange, plan: readonly Signing[]): readonly string[] {
  const signed = drafts.filter((draft) => plan.some((signing) => signing.draft === draft));
  const digests = signed.map(payloadOf).map(({ role, version, sha256 }) => {
    return `${visible(role)} version ${version}: the payload has sha256 ${sha256}`;
  });
  return [...words(plan), ...digests];
}

function report(
  { out }: Cli,
  { drafts }: CarriedChange,
  made: readonly MadeSignature[],
  asJson: boolean,
): void {
  const statuses = drafts.flatMap(statusesOf);
  if (asJson) {
    out.json({ signatures: made.map(({ keyid, sig }) => ({ keyid, sig })), roles: statuses });
    return;
  }
  for (const { keyid, sig } of made) out.result(`${keyid}=${sig}`);
  for (const status of statuses) out.say(visible(signatureLine(status)));
}
