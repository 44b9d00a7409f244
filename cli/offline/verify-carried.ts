/** What was carried here, verified as a workspace would, and in words. */
import { fault, visible } from '../../core/error/error.ts';
import { parseDocument, type Document } from '../../core/metadata/document.ts';
import { readPolicy } from '../../core/metadata/policy.ts';
import { readEventRoles, rootAuthorities } from '../../core/rules/events/event-roles.ts';
import { loadRepository, type DocumentCache } from '../../core/rules/repository.ts';
import { rootHistoryFile } from '../../core/rules/state.ts';
import { verifyTransition } from '../../core/rules/verify-transition.ts';
import { verifiedFiles } from '../workspace/base.ts';
import { eventWords } from '../words/describe-event.ts';
import { describeSigning } from '../words/describe-signing.ts';
import type { Draft } from '../workspace/drafts.ts';
import { eventDrafts } from '../events/event.ts';
import { changesOf, stateOf } from '../workspace/file-state.ts';
import { fingerprintOf, pinnedRoot, type RootPin } from '../workspace/pin-root.ts';
import { refuseFindings } from '../workspace/refuse.ts';
import { changeOf } from '../../core/rules/words/role-change.ts';
import type { Signing } from '../workspace/sign-plan.ts';
import type { Carried, MetadataFiles } from './carried-folder.ts';

/** A change that holds, signatures apart. */
export interface CarriedChange {
  /** What it was verified from, in one line. */
  readonly ground: string;
  readonly drafts: readonly Draft[];
  /** All of it in words, the first line being `ground`. */
  readonly words: (plan: readonly Signing[]) => readonly string[];
}

/**
 * The gate's rules are asked about all but the target files, which were not carried along.
 * @param pin the root to verify from; none for a repository that is yet to be made
 * @throws `usage.argument` when a pin is missing; `root.not-pinned`; the rule's code
 */
export async function verifyCarried(
  { before, after }: Pick<Carried, 'before' | 'after'>,
  pin: RootPin,
  now: Date,
): Promise<CarriedChange> {
  return before.size === 0 ? firstMetadata(after, pin, now) : change(before, after, pin, now);
}

async function change(
  before: MetadataFiles,
  after: MetadataFiles,
  pin: RootPin,
  now: Date,
): Promise<CarriedChange> {
  const root = await pinnedRoot((file) => Promise.resolve(before.get(file)), pin);
  const { cache } = await verifiedFiles(before, root, now);
  await refuseBad(before, after, root, now, cache);
  const [ground, state] = [stateOf(before), stateOf(after)];
  const candidate = { ground, state, changes: changesOf(before, after), stale: new Set<string>() };
  const content = { candidate, roles: await readEventRoles(candidate, cache) };
  const drafts = await eventDrafts(content);
  const verified = `verified from root version ${root.signed.version}, sha256 ${fingerprintOf(root)}`;
  return {
    ground: verified,
    drafts,
    words: (plan) => [verified, ...eventWords(content, drafts, plan, now), ...fileLines(drafts)],
  };
}

/** What is listed was compared with the files where it was exported, and cannot be here. */
function fileLines(drafts: readonly Draft[]): readonly string[] {
  const isListed = drafts.some((draft) => changeOf(draft).targets.some(({ after }) => after));
  if (!isListed) return [];
  return ['no target file came along: compare what is listed with the files that you know'];
}

/** There is nothing to verify it from: people compare every fingerprint. */
async function firstMetadata(
  files: MetadataFiles,
  pin: RootPin,
  now: Date,
): Promise<CarriedChange> {
  const file = rootHistoryFile(1);
  if (pin.kind !== 'none') {
    const message = 'this is for a repository that is yet to be made: no root comes before it';
    throw fault('root.not-pinned', file, message);
  }
  const cache: DocumentCache = new Map();
  const { root, roles } = await loadRepository(stateOf(files), cache);
  await refuseBad(undefined, files, parsedRoot(files, file), now, cache);
  const drafts: readonly Draft[] = [
    { name: 'root', file, authorities: rootAuthorities(undefined, root), ...news(root) },
    ...[...roles.values()].map(({ name, file, authority, document }) => {
      return { name, file, authorities: [authority], ...news(document) };
    }),
  ];
  const repository = readPolicy(root.signed).repository ?? 'without a name';
  const ground = `a new repository: ${visible(repository)}; compare every fingerprint with its owner`;
  const describe = (plan: readonly Signing[]) =>
    drafts.flatMap((draft) => describeSigning(draft, plan, now));
  return { ground, drafts, words: (plan) => [ground, ...describe(plan)] };
}

function news(after: Document): Pick<Draft, 'before' | 'after'> {
  return { before: undefined, after };
}

function parsedRoot(files: MetadataFiles, file: string): Document<'root'> {
  const bytes = files.get(file);
  if (bytes === undefined) throw fault('root.history', file, 'there is no such root');
  return parseDocument('root', bytes, file);
}

async function refuseBad(
  before: MetadataFiles | undefined,
  after: MetadataFiles,
  root: Document<'root'>,
  now: Date,
  cache: DocumentCache,
): Promise<void> {
  const verdict = await verifyTransition(
    before && stateOf(before),
    stateOf(after),
    changesOf(before ?? new Map(), after),
    {
      receivedAt: now,
      pinnedRoot: root,
      onlineKeys: undefined,
      thresholds: 'left-open',
      targetFiles: 'left-out',
    },
    cache,
  );
  refuseFindings(verdict.refusals);
}
