/**
 * Opens signing events for offline roles whose next version should be signed: the same content, the
 * next version, no signature yet. Each is a branch `sign/renew-ROLE-VERSION`, pushed by the door that
 * changes of the API take, and from there on an event like any other.
 *
 * Never twice: a name is taken once and for all, so a version whose event was withdrawn is left to
 * people; and a role that any open event changes is being taken care of.
 */
import { createHash, randomBytes } from 'node:crypto';
import { fault } from '../../core/error/error.ts';
import { eventBranches, readMainTip, type EventBranch } from '../../core/gate/events/read-event.ts';
import { maxRoleBytes, readChanges } from '../../core/gate/state.ts';
import type { BareRepository } from '../../core/git/binary/bare-repository.ts';
import { tufOnGit } from '../../core/git/binary/person.ts';
import { objectId, type ObjectId } from '../../core/git/object-id.ts';
import type { Home } from '../../core/home/home.ts';
import { formatDocument, parseDocument } from '../../core/metadata/document.ts';
import { nextVersion } from '../../core/metadata/draft.ts';
import { eventRefs, mainRef, pastEventRefs } from '../../core/rules/ref-rules.ts';
import { roleFile } from '../../core/rules/state.ts';
import type { Changes } from '../api/changes/changes.ts';
import type { WantedChange } from '../api/changes/change-body.ts';
import { Refusal } from '../api/problems.ts';
import type { Clock } from '../clock.ts';
import { findingFields, type Log } from '../log.ts';
import type { ExpiryWatch } from './expiry-watch.ts';
import type { RoleDeadline } from './role-deadlines.ts';

export interface PreparedEventsOptions {
  readonly home: Home;
  readonly git: BareRepository;
  readonly expiries: Pick<ExpiryWatch, 'due'>;
  readonly changes: Pick<Changes, 'submit'>;
  readonly clock: Clock;
  readonly log: Log;
}

export class PreparedEvents {
  readonly #options: PreparedEventsOptions;
  #looking: Promise<void> | undefined;
  #isClosed = false;
  /** By event, the tip of `main` at which it could not be opened. */
  readonly #failed = new Map<string, ObjectId>();

  constructor(options: PreparedEventsOptions) {
    this.#options = options;
  }

  /** Opens what is to be opened now; one look at a time. */
  look(): void {
    if (this.#isClosed || !this.#options.home.config.prepareSigningEvents) return;
    this.#looking ??= this.#lookAtAll()
      .catch((error: unknown) => {
        this.#options.log.warn({ err: error }, 'signing events cannot be prepared');
      })
      .finally(() => {
        this.#looking = undefined;
      });
  }

  /** Resolves when the look under way has ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#looking;
  }

  async #lookAtAll(): Promise<void> {
    const { git, expiries, home } = this.#options;
    const due = expiries.due();
    const main = await git.resolveRef(mainRef);
    if (due.length === 0 || main === undefined) return;
    const { policy } = await readMainTip(git, main, { limits: home.config.gate });
    const refs = await git.listRefs(eventRefs, pastEventRefs);
    const taken = new Set(refs.map(({ name }) => name.replace(/^.*\//, '')));
    const open = eventBranches(refs);
    const touched = await this.#touchedBy(open, main);
    const wanted = due.filter((deadline) => {
      const name = eventNameOf(deadline);
      const isTried = this.#failed.get(name) === main;
      return !isTried && !taken.has(name) && !touched.has(roleFile(deadline.role));
    });
    // The other half is for people.
    const room = Math.max(0, Math.floor(policy.events.open / 2) - open.length);
    let opened = 0;
    for (const deadline of wanted) {
      if (opened >= room || this.#isClosed) break;
      if (await this.#open(deadline, main)) opened += 1;
    }
  }

  /** Files that open events change. */
  async #touchedBy(open: readonly EventBranch[], main: ObjectId): Promise<ReadonlySet<string>> {
    const { git } = this.#options;
    const touched = new Set<string>();
    for (const { tip } of open) {
      const [first] = await git.commitsBetween(main, tip);
      const base = objectId(first?.parents[0] ?? tip);
      for (const { path } of await readChanges(git, base, tip)) touched.add(path ?? '');
    }
    return touched;
  }

  async #open(deadline: RoleDeadline, main: ObjectId): Promise<boolean> {
    const { changes, clock, log } = this.#options;
    const { role, version, expires } = deadline;
    const event = eventNameOf(deadline);
    try {
      await changes.submit({
        id: randomBytes(16).toString('hex'),
        mayRepeat: false,
        body: '',
        ref: `${eventRefs}${event}`,
        token: { name: tufOnGit.name, prefixes: [] },
        sentAt: clock.now(),
        weight: 0,
        wanted: (git, base) => this.#bumped(git, base, deadline),
      });
      log.info({ event, role, version: version + 1, expires }, 'signing event prepared');
      return true;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#failed.set(event, main);
      for (const finding of error.findings) {
        const fields = { event, ...findingFields(finding) };
        log.warn(fields, `the signing event cannot be prepared: ${finding.message}`);
      }
      return false;
    }
  }

  async #bumped(
    git: BareRepository,
    base: ObjectId,
    { role, version, ...rest }: RoleDeadline,
  ): Promise<WantedChange> {
    const { home, clock } = this.#options;
    const ref = `${eventRefs}${eventNameOf({ role, version, ...rest })}`;
    const content = await signedAt(git, base, role);
    if (content['version'] !== version) {
      throw new Refusal(409, [fault('change.stale', roleFile(role), 'it has moved on')]);
    }
    const { policy } = await readMainTip(git, base, { limits: home.config.gate });
    const signed = nextVersion(content, role, version, { now: clock.now(), policy });
    const metadata = new Map([[role, Buffer.from(formatDocument(signed, []))]]);
    const message = `renew ${role}: version ${version + 1}, to be signed`;
    return { ref, base, message, metadata, targets: new Map() };
  }
}

async function signedAt(git: BareRepository, commit: ObjectId, role: string) {
  const file = roleFile(role);
  const there = await git.find(commit, file);
  if (there === undefined) {
    throw new Refusal(409, [fault('role.missing', file, 'main has no such role')]);
  }
  const type = role === 'root' ? 'root' : 'targets';
  return parseDocument(type, await git.blob(there.oid, maxRoleBytes, file), file).signedJson;
}

/** Names of roles may be longer than those of events, and hold what events may not. */
function eventNameOf({ role, version }: Pick<RoleDeadline, 'role' | 'version'>): string {
  const isShort = role.length <= 40 && /^[A-Za-z0-9._-]+$/.test(role) && !role.includes('..');
  const digest = createHash('sha256').update(role).digest('hex').slice(0, 12);
  const readable = isShort ? role : `${role.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 27)}-${digest}`;
  return `renew-${readable}-${version + 1}`;
}
