import { randomBytes } from 'node:crypto';
import { TufOnGitError, fault, type Finding } from '../core/error/error.ts';
import type { BareRepository } from '../core/git/binary/bare-repository.ts';
import { tufOnGit } from '../core/git/binary/person.ts';
import { onlineRolesOf } from '../core/rules/online-roles.ts';
import { mainRef } from '../core/rules/ref-rules.ts';
import type { Alarms } from './alarms.ts';
import type { Changes } from './api/changes/changes.ts';
import { Refusal } from './api/problems.ts';
import type { Log } from './log.ts';
import type { Publisher } from './publish/publisher.ts';
import { serverSignedRoleAt, type ServerSignedRole } from './server-signed/server-signed-role.ts';
import { signNext, type SigningParts } from './server-signed/sign-next.ts';

export interface RenewalOptions extends SigningParts {
  readonly git: BareRepository;
  readonly publisher: Publisher;
  readonly changes: Changes;
  readonly alarms: Alarms;
  readonly log: Log;
}

const dayMs = 86_400_000;

/**
 * Signs the server-signed roles anew before they expire, each version a change like any other. Looked
 * at after every look at `main`; one look at a time.
 */
export class RoleRenewals {
  readonly #options: RenewalOptions;
  #looking: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: RenewalOptions) {
    this.#options = options;
  }

  look(): void {
    if (this.#isClosed) return;
    this.#looking ??= this.#lookAtAll().finally(() => {
      this.#looking = undefined;
    });
  }

  /** Resolves when the look under way has ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#looking;
  }

  async #lookAtAll(): Promise<void> {
    const { publisher, alarms } = this.#options;
    const repository = publisher.generation?.repository;
    const findings: Finding[] = [];
    for (const name of repository === undefined ? [] : onlineRolesOf(repository)) {
      try {
        await this.#lookAt(name);
      } catch (error) {
        if (!this.#isClosed) findings.push(...this.#known(error, name));
      }
    }
    if (findings.length > 0) alarms.raise('server-signed', findings);
    else alarms.clear('server-signed');
  }

  /** Asks for the key each time: so one that is away is known before it is needed. */
  async #lookAt(name: string): Promise<void> {
    const { git, signer, publisher, changes, clock, log } = this.#options;
    await signer.delegatedKeys(name);
    const published = publisher.generation?.repository.roles.get(name);
    if (published === undefined || !this.#isDue(published.document.signed.expires)) return;
    const tip = await git.resolveRef(mainRef);
    const now = tip && (await serverSignedRoleAt(git, tip, name));
    if (now === undefined || !this.#isDue(now.role.document.signed.expires)) return;
    const { commit } = await changes.submit({
      id: randomBytes(16).toString('hex'),
      mayRepeat: false,
      body: '',
      ref: mainRef,
      token: { name: tufOnGit.name, prefixes: [] },
      sentAt: clock.now(),
      weight: 0,
      wanted: async (at, base) => {
        const metadata = await this.#renewed(await serverSignedRoleAt(at, base, name), name);
        return { ref: mainRef, base, message: `renew ${name}`, metadata, targets: new Map() };
      },
    });
    log.info({ role: name, commit }, 'role renewed');
  }

  async #renewed(online: ServerSignedRole | undefined, name: string): Promise<Map<string, Buffer>> {
    if (online === undefined) return new Map();
    const { signedJson } = online.role.document;
    return new Map([[name, await signNext(online, signedJson, this.#options)]]);
  }

  #isDue(expires: string): boolean {
    const { home, clock } = this.#options;
    const halfMs = (home.config.onlineRoleLifetimeDays * dayMs) / 2;
    return Date.parse(expires) - clock.now().getTime() <= halfMs;
  }

  #known(error: unknown, name: string): readonly Finding[] {
    if (error instanceof Refusal) return error.findings;
    if (error instanceof TufOnGitError) return [error];
    this.#options.log.error({ err: error }, 'a defect: please report it');
    return [fault('signer.unavailable', name, 'a defect; the log says more')];
  }
}
