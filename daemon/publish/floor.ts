/**
 * The floor: what clients may have seen, asked of everything that can know, before the daemon signs
 * for the first time after its start.
 *
 * A record that comes from a backup is valid in itself; what is made upon it would reuse versions
 * that clients have. So nothing is signed while the signer's own floor, the public folder or a
 * witness knows of more than record and journal do, while the repository lacks what HOME/state says
 * was recorded, or while nothing at all can tell: until the operator names the floor.
 *
 * Whoever stole an online key can make a witness serve any version. The root that takes the key away
 * ends that: what it signed does not verify any more, and the daemon goes on from its own record, as
 * clients do (TUF 1.0.34 §5.3.11).
 */
import { fault, line, TufOnGitError, type Finding } from '../../core/error/error.ts';
import { factsOf } from '../../core/metadata/packed-targets.ts';
import { recordRef } from '../../core/gate/published.ts';
import { forgetRestored, readRestored } from '../../core/home/restored.ts';
import type { LoadedRepository } from '../../core/rules/repository.ts';
import { hear, type Testimony } from '../witness/testimony.ts';
import type { Journal } from './journal.ts';
import type { RecordPlace } from '../record/record-keeper.ts';
import type { RecordEntry } from '../record/record.ts';
import {
  floorText,
  highestOf,
  highestPublished,
  isAbove,
  noVersions,
  versionsOf,
  type HighestVersions,
} from './versions.ts';
import type { PublicStore } from '../public/public-store.ts';

export interface FloorOptions {
  /** The floor that the operator names, if any. */
  readonly named?: HighestVersions | undefined;
  /** Base URLs of other servers of this repository. */
  readonly witnesses: readonly string[];
  /** HOME/state/restored.json */
  readonly restoredFile: string;
  readonly store: PublicStore;
  readonly signer: { floor(): Promise<HighestVersions> };
  readonly notice: (finding: Finding) => void;
}

/** What the daemon has to go on from. */
export interface OwnState {
  readonly record: RecordEntry | undefined;
  readonly journal: Journal;
  readonly place: RecordPlace;
  /** What is to be published next. */
  readonly repository: LoadedRepository;
}

/** Something that knows of versions, by what people call it. */
interface Source {
  readonly name: string;
  readonly versions: HighestVersions;
}

/**
 * @returns the floor that the operator named: what is signed from now on is above it
 * @throws `publish.below-floor`, `publish.behind`, `signer.*`
 */
export async function requireFloor(own: OwnState, options: FloorOptions): Promise<HighestVersions> {
  const testimonies = await hearAll(own.repository, options);
  for (const testimony of testimonies) refuseOlderMetadata(own.repository, testimony);
  const { named = noVersions } = options;
  const doubt = await doubtOf(own, testimonies, options);
  if (doubt !== undefined && options.named === undefined) throw belowFloor(doubt.why, doubt.least);
  if (doubt !== undefined && isAbove(doubt.least, named)) {
    throw belowFloor(`the floor ${floorText(named)} is too low: ${doubt.why}`, doubt.least);
  }
  await own.journal.raise(named);
  await forgetRestored(options.restoredFile);
  return named;
}

interface Doubt {
  readonly why: string;
  /** The least that the operator may name. */
  readonly least: HighestVersions;
}

async function doubtOf(
  { record, journal, place, repository }: OwnState,
  testimonies: readonly Testimony[],
  { signer, store, restoredFile }: FloorOptions,
): Promise<Doubt | undefined> {
  const signed = await signer.floor();
  const own = highestOf(versionsOf(record), journal.highest);
  const sources: readonly Source[] = [
    { name: 'the signer has signed', versions: signed },
    { name: 'the public folder has', versions: await highestPublished(store, repository.root) },
    ...testimonies.map(({ url, versions }) => ({ name: `${url} serves`, versions })),
  ];
  const above = sources.filter(({ versions }) => isAbove(versions, own));
  const left = place.isOlder ? [{ name: 'HOME/state tells of', versions: leftAt(place) }] : [];
  const known = [...left, ...above];
  const least = highestOf(versionsOf(record), ...known.map(({ versions }) => versions));
  const hasSigned = isAbove(signed, noVersions);
  const backup = await backupBehind(restoredFile, hasSigned);
  if (known.length > 0) {
    const said = known.map(({ name, versions }) => `${name} ${inWords(versions)}`);
    const ends = `the record ends at ${inWords(versionsOf(record))}, ${said.join(', ')}`;
    return { why: backup === undefined ? ends : `${backup}; ${ends}`, least };
  }
  // A witness that has nothing newer tells nothing: it may be behind, or serve what this server serves.
  if (backup !== undefined) {
    return { why: `${backup}, and nothing tells what clients have seen since`, least };
  }
  if (record === undefined || place.mark !== undefined || hasSigned) return undefined;
  return { why: 'neither HOME/state nor the signer tells what clients have seen', least };
}

/** In words; undefined for a HOME of no backup, and where a signer with a floor is not out of it. */
async function backupBehind(restoredFile: string, hasSigned: boolean): Promise<string | undefined> {
  const restored = await readRestored(restoredFile);
  if (restored === undefined || (hasSigned && !restored.signer)) return undefined;
  return `it was restored from a backup of ${restored.takenAt}`;
}

function leftAt({ mark }: RecordPlace): HighestVersions {
  return mark?.highest ?? noVersions;
}

async function hearAll(
  { root }: LoadedRepository,
  { witnesses, notice }: FloorOptions,
): Promise<readonly Testimony[]> {
  const heard = witnesses.map(async (url) => {
    try {
      return await hear(url, root);
    } catch (error) {
      if (!(error instanceof TufOnGitError)) throw error;
      const message = `it cannot tell what clients have seen: ${line(error)}`;
      notice({ code: 'publish.witness', where: url, message });
      return undefined;
    }
  });
  return (await Promise.all(heard)).filter((testimony) => testimony !== undefined);
}

/** Versions of people’s roles are not the operator’s to name: who signed them pushes them again. */
function refuseOlderMetadata(
  { root, roles }: LoadedRepository,
  { url, roles: seen, newerRoot }: Testimony,
): void {
  const older = [...roles.values()].filter(
    ({ name, document }) => factsOf(document).version < (seen.get(name) ?? 0),
  );
  const behind = [
    ...(newerRoot === undefined
      ? []
      : [`root is at ${root.signed.version}, there at ${newerRoot}`]),
    ...older.map(
      ({ name, document }) =>
        `${name} is at ${factsOf(document).version}, there at ${seen.get(name)}`,
    ),
  ];
  if (behind.length === 0) return;
  throw fault(
    'publish.behind',
    url,
    `it serves newer metadata than main has: ${behind.join('; ')}`,
    {
      hint: 'push main again from the clone of a maintainer; publishing goes on by itself',
    },
  );
}

function belowFloor(why: string, least: HighestVersions): TufOnGitError {
  return fault('publish.below-floor', recordRef, `this may be an old backup: ${why}`, {
    hint: `nothing is signed until you name the highest versions that clients may have seen: tuf-on-git serve HOME --floor SNAPSHOT:TIMESTAMP, at least ${floorText(least)}`,
  });
}

function inWords({ snapshot, timestamp }: HighestVersions): string {
  return `snapshot ${snapshot} and timestamp ${timestamp}`;
}
