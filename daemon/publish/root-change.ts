/**
 * What has to come before a root with other online keys, so that no client notices.
 *
 * No two files change at once for everybody: behind nginx or a CDN a client may fetch the new root
 * and then the timestamp of a moment ago. So the last generation is signed anew first, with the keys
 * of both roots; then the new root comes out; then both keys go on (former-roots.ts).
 */
import type { Finding } from '../../core/error/error.ts';
import type { Document } from '../../core/metadata/document.ts';
import type { PublicKey } from '../../core/metadata/keys.ts';
import type { LoadedRepository } from '../../core/rules/repository.ts';
import { endOfOverlap } from './former-roots.ts';
import type { Generation } from '../record/generation.ts';
import { holdsUnder } from './intents.ts';
import { isHeld } from './online-signing.ts';

export interface RootChange {
  /** Under which the last generation has to hold; undefined when the signer cannot sign for the old. */
  readonly roots: readonly Document<'root'>[] | undefined;
  readonly notice: Finding;
}

/** @returns undefined when what is published holds under all roots that are to come */
export function rootChange(
  { record, repository }: Generation,
  next: LoadedRepository,
  held: readonly PublicKey[],
  now: Date,
): RootChange | undefined {
  const { root } = repository;
  const coming = next.roots.filter(
    (each) => each.signed.version > root.signed.version && isHeld(each, held),
  );
  const isPrepared = [record.snapshot, record.timestamp].every((each) => holdsUnder(coming, each));
  if (isPrepared) return undefined;
  if (!isHeld(root, held)) return { roots: undefined, notice: outage(root) };
  return { roots: [root, ...coming], notice: bothSign(root, next.root, now) };
}

function bothSign(before: Document<'root'>, next: Document<'root'>, now: Date): Finding {
  const until = endOfOverlap(now).toISOString();
  const [old, young] = [before.signed.version, next.signed.version];
  return {
    code: 'root.online-key',
    where: `root version ${young}`,
    message: `the online keys of root versions ${old} and ${young} both sign until ${until}`,
    hint: 'leave the old key in HOME/signer/settings.json until then',
  };
}

function outage({ signed }: Document<'root'>): Finding {
  return {
    code: 'root.online-key',
    where: `root version ${signed.version}`,
    message: 'the signer holds its online key no more: clients in the middle of an update may fail',
    hint: 'their next update works',
  };
}
