/** A maintainer who turns on the others: edits metadata by hand, signs with its own key, pushes. */
import { readFile, writeFile } from 'node:fs/promises';
import {
  daysFromNow,
  readHandKey,
  signByHand,
  targetEntry,
  toFile,
  type Envelope,
  type HandKey,
  type TargetsSigned,
} from '../kit/by-hand.ts';
import type { Ended } from '../kit/command.ts';
import { writeFileAt } from '../kit/folders.ts';
import { cloneByGit, giveToken } from '../kit/holder.ts';
import type { Person } from '../kit/person.ts';
import type { Keyed, Scene } from './scene.ts';

type Edit = (signed: TargetsSigned) => TargetsSigned;

export class Attacker {
  readonly #work: Person;
  readonly #key: HandKey;

  private constructor(work: Person, key: HandKey) {
    this.#work = work;
    this.#key = key;
  }

  static async enter({ operator, server }: Scene, { person }: Keyed): Promise<Attacker> {
    const work = await cloneByGit(await giveToken(operator, server, person));
    return new Attacker(work, await readHandKey(person.path('key.json')));
  }

  remoteTip(): Promise<string> {
    return this.#work.git('ls-remote', 'origin', 'refs/heads/main');
  }

  /** The next version of a role, changed by hand, signed with its own key or by nobody. */
  async changeRole(role: string, edit: Edit, { signs } = { signs: true }): Promise<Ended> {
    await this.#backToMain();
    await this.#writeNext(role, edit, signs ? [this.#key] : []);
    return this.#push(`${role}: a change`);
  }

  /** Lists a target in its own role; the file need not be what is signed. */
  async addTarget(target: string, content: { file: string; signed: string }): Promise<Ended> {
    await this.#backToMain();
    await writeFileAt(this.#work.path('targets', target), content.file);
    const entry = targetEntry(Buffer.from(content.signed));
    const list: Edit = (signed) => ({ ...signed, targets: { ...signed.targets, [target]: entry } });
    await this.#writeNext('games', list, [this.#key]);
    return this.#push(`games: ${target}`);
  }

  /** Everything since the delegations undone, and something correctly signed in its place. */
  async rewriteHistory(): Promise<Ended> {
    await this.#backToMain();
    await this.#work.git('reset', '--quiet', '--hard', 'HEAD~1');
    await this.#writeNext('games', (signed) => signed, [this.#key]);
    return this.#push('games: instead', '--force');
  }

  async #backToMain(): Promise<void> {
    await this.#work.git('fetch', '--quiet', 'origin');
    await this.#work.git('reset', '--quiet', '--hard', 'origin/main');
    await this.#work.git('clean', '--quiet', '--force', '-d');
  }

  async #writeNext(role: string, edit: Edit, keys: readonly HandKey[]): Promise<void> {
    const file = this.#work.path('metadata', `${role}.json`);
    const { signed } = JSON.parse(await readFile(file, 'utf8')) as Envelope<TargetsSigned>;
    const next = { ...signed, version: signed.version + 1, expires: daysFromNow(90) };
    await writeFile(file, toFile(signByHand(edit(next), keys)));
  }

  async #push(message: string, ...options: readonly string[]): Promise<Ended> {
    await this.#work.git('add', '--all');
    await this.#work.git('commit', '--quiet', '--message', message);
    return this.#work.tryGit('push', '--quiet', ...options, 'origin', 'HEAD:main');
  }
}
