/** Somebody with a token, plain git, and the keys that they have stolen or that are their own. */
import { rm } from 'node:fs/promises';
import {
  signByHand,
  targetEntry,
  type HandKey,
  type RootSigned,
  type TargetsSigned,
} from './by-hand.ts';
import type { Ended } from './command.ts';
import { writeFileAt } from './folders.ts';
import { cloneByGit, giveToken } from './holder.ts';
import { Person } from './person.ts';
import type { Server } from './server.ts';
import type { Stage } from './stage.ts';
import { commit, nextRoot, nextTargets, writeRoot, writeTargets } from './targets-by-hand.ts';
import { everything } from './uploads-scene.ts';

/** What the attacker makes of the next version of a role, and who signs that. */
export interface Change {
  readonly role: string;
  readonly edit: (next: TargetsSigned) => TargetsSigned;
  readonly keys: readonly HandKey[];
}

/** Target paths to content; null takes the file away. */
export type Files = Readonly<Record<string, string | null>>;

export interface RootChange {
  readonly edit: (next: RootSigned) => RootSigned;
  readonly keys: readonly HandKey[];
}

export class Attacker {
  readonly work: Person;

  private constructor(work: Person) {
    this.work = work;
  }

  /** With a token for everything: no token makes up for a key. */
  static async enter(
    stage: Stage,
    operator: Person,
    server: Server,
    name = 'intruder',
  ): Promise<Attacker> {
    const person = await Person.enter(stage, name);
    return new Attacker(await cloneByGit(await giveToken(operator, server, person, ...everything)));
  }

  /** Somebody in a clone that pushes without a token: into the repository's own files. */
  static in(work: Person): Attacker {
    return new Attacker(work);
  }

  tip(): Promise<string> {
    return this.work.git('ls-remote', 'origin', 'refs/heads/main');
  }

  /** Pushes the next versions of roles as one commit on main. */
  async push(changes: readonly Change[], files: Files = {}): Promise<Ended> {
    await this.backToMain();
    await this.write(changes, files);
    return this.send(changes.map(({ role }) => role).join(', '));
  }

  /** The newest commit undone, and something else in its place. */
  async rewrite(changes: readonly Change[]): Promise<Ended> {
    await this.backToMain();
    await this.work.git('reset', '--quiet', '--hard', 'HEAD~1');
    await this.write(changes);
    return this.send('instead', '--force');
  }

  /** Into the clone, to be sent. */
  async write(changes: readonly Change[], files: Files = {}): Promise<void> {
    for (const [target, content] of Object.entries(files)) {
      const file = this.work.path('targets', target);
      await (content === null ? rm(file) : writeFileAt(file, content));
    }
    for (const { role, edit, keys } of changes) {
      const next = edit(await nextTargets(this.work, role));
      await writeTargets(this.work, signByHand(next, keys), role);
    }
  }

  /** The same with a new root. */
  async pushRoot(
    { edit, keys }: RootChange,
    changes: readonly Change[] = [],
    files: Files = {},
  ): Promise<Ended> {
    await this.backToMain();
    await writeRoot(this.work, signByHand(edit(await nextRoot(this.work)), keys));
    await this.write(changes, files);
    return this.send('root');
  }

  /** One more target in a role. @param signed what the metadata says of it, where that is a lie */
  release(
    role: string,
    keys: readonly HandKey[],
    target: string,
    content: string,
    signed = content,
  ): Promise<Ended> {
    return this.push([{ role, keys, edit: listing(target, signed) }], { [target]: content });
  }

  async backToMain(): Promise<void> {
    await this.work.git('fetch', '--quiet', 'origin');
    await this.work.git('reset', '--quiet', '--hard', 'origin/main');
    await this.work.git('clean', '--quiet', '--force', '-d');
  }

  async send(message: string, ...options: readonly string[]): Promise<Ended> {
    await commit(this.work, message);
    return this.work.tryGit('push', '--quiet', ...options, 'origin', 'HEAD:main');
  }
}

/** Lists these no more. */
export function without(gone: readonly string[]): Change['edit'] {
  return (next) => {
    const kept = Object.entries(next.targets).filter(([target]) => !gone.includes(target));
    return { ...next, targets: Object.fromEntries(kept) };
  };
}

/** Lists a target of this content. */
export function listing(target: string, content: string): Change['edit'] {
  const entry = targetEntry(Buffer.from(content));
  return (next) => ({ ...next, targets: { ...next.targets, [target]: entry } });
}
