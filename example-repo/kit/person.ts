/** Somebody in a story: a home folder and an environment of their own, and what they do with them. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { run, succeeded, type Ended } from './command.ts';
import type { Stage } from './stage.ts';
import { tufOnGit } from './tuf-on-git.ts';

export interface PersonOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** False for somebody who has nothing installed but Node. */
  readonly hasGit?: boolean;
}

export class Person {
  readonly name: string;
  readonly folder: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly #stage: Stage;
  readonly #cwd: string;

  private constructor(
    stage: Stage,
    name: string,
    folder: string,
    env: NodeJS.ProcessEnv,
    cwd = folder,
  ) {
    this.#stage = stage;
    this.#cwd = cwd;
    this.name = name;
    this.folder = folder;
    this.env = env;
  }

  static async enter(stage: Stage, name: string, options: PersonOptions = {}): Promise<Person> {
    const { env = {}, hasGit = true } = options;
    const folder = stage.path(name);
    await mkdir(folder, { mode: 0o700 });
    return new Person(stage, name, folder, {
      PATH: hasGit ? process.env['PATH'] : path.join(folder, 'no-programs'),
      HOME: folder,
      LANG: 'C.UTF-8',
      TUF_ON_GIT_DATA: path.join(folder, 'tuf-on-git'),
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
      GIT_AUTHOR_NAME: name,
      GIT_AUTHOR_EMAIL: `${name}@example.org`,
      GIT_COMMITTER_NAME: name,
      GIT_COMMITTER_EMAIL: `${name}@example.org`,
      ...env,
    });
  }

  path(...parts: readonly string[]): string {
    return path.resolve(this.#cwd, ...parts);
  }

  /** The same person in another folder. */
  in(folder: string): Person {
    return new Person(this.#stage, this.name, this.folder, this.env, this.path(folder));
  }

  /** The same person with more in the environment. */
  with(env: NodeJS.ProcessEnv): Person {
    return new Person(this.#stage, this.name, this.folder, { ...this.env, ...env }, this.#cwd);
  }

  /** `tuf-on-git …`, which must succeed. Returns its stdout. */
  async tuf(...args: readonly string[]): Promise<string> {
    return succeeded(await this.tryTuf(...args));
  }

  /** `tuf-on-git …`, however it ends. */
  async tryTuf(...args: readonly string[]): Promise<Ended> {
    const ended = await this.run(process.execPath, [tufOnGit, ...args]);
    return { ...ended, command: ['tuf-on-git', ...args].join(' ') };
  }

  /** `git …`, which must succeed. Returns its stdout. */
  async git(...args: readonly string[]): Promise<string> {
    return succeeded(await this.tryGit(...args));
  }

  async tryGit(...args: readonly string[]): Promise<Ended> {
    return this.run('git', args);
  }

  run(program: string, args: readonly string[]): Promise<Ended> {
    return run(this.#stage, program, args, { cwd: this.#cwd, env: this.env });
  }
}
