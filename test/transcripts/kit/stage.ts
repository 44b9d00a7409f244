/**
 * Where the people of a page work: each in a folder of their own, which is their home, with the
 * programs that such a machine has. One clock for all of them, which stands still.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../../kit/free-port.ts';
import { putIntoHook } from '../../kit/hook-script.ts';
import { modulePath } from '../../kit/softhsm.ts';
import { settled } from './settled.ts';

const program = path.resolve(import.meta.dirname, '../../../dist/bin/tuf-on-git.cjs');
const clock = new URL('standing-clock.mjs', import.meta.url);

/** What the shell does at its end, for the next command of the same person. */
const leavesFolder = "trap 'pwd > ~/.pwd' EXIT\n";

/** Said of keys that were put into a token, as `begin` does so that they are the same each time. */
const imported = /^warning: .*: this key was not made in the token\n/gm;

const tools = 'sh bash cat cp mv mkdir chmod rm pwd head sed tr od node'.split(' ');
const forSigning = 'openssl softhsm2-util pkcs11-tool'.split(' ');
const forDownloads = ['curl', 'sha256sum'];
const forServing = ['git', 'git-upload-pack', 'git-receive-pack', 'mkfifo'];

/** Lines of stdout and stderr, as they came, and the exit status: 0 while it serves. */
export interface Answer {
  readonly said: readonly string[];
  readonly status: number;
}

export class Stage {
  /** The folders of the people are in it, by their names. */
  readonly dir: string;
  /** Environment of a Node program that has everybody's clock. */
  readonly clock: { readonly NODE_OPTIONS: string; readonly STANDING_CLOCK: string };
  /** As pages have them, and as they are. */
  readonly #addresses: ReadonlyMap<string, string>;
  readonly #folders = new Map<string, string>();
  readonly #servers: ChildProcess[] = [];

  private constructor(dir: string, now: string, addresses: ReadonlyMap<string, string>) {
    this.dir = dir;
    this.clock = { NODE_OPTIONS: `--import=${clock.href}`, STANDING_CLOCK: now };
    this.#addresses = addresses;
  }

  /** @param now what every clock shows */
  static async open(now: string): Promise<Stage> {
    const dir = await realpath(await mkdtemp(path.join(tmpdir(), 'tuf-on-git-stage-')));
    await installPrograms(path.join(dir, '.bin'), [...tools, ...forSigning, ...forDownloads]);
    await installPrograms(path.join(dir, '.git-bin'), forServing);
    return new Stage(dir, now, await (addresses ??= freeAddresses()));
  }

  /** The home of somebody, made where it is new. */
  async home(person: string): Promise<string> {
    const home = path.join(this.dir, person);
    await mkdir(home, { recursive: true });
    return home;
  }

  /**
   * What somebody gets who types a command. One that ends in ` &` goes on; it is waited for until it
   * says that it serves. `kill %1` ends it.
   */
  async type(person: string, command: string): Promise<Answer> {
    if (command === 'kill %1') {
      await this.#endServers();
      return { said: [], status: 0 };
    }
    const isServer = command.endsWith(' &');
    if (isServer) await this.#setGate();
    const typed = this.#real(isServer ? `exec ${command.slice(0, -2)}` : command);
    const child = await this.#spawn(person, `exec 2>&1\n${isServer ? '' : leavesFolder}${typed}`);
    let said = '';
    const ended = once(child, 'close');
    const serves = new Promise<void>((resolve) => {
      child.stdout?.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (said.includes('serving until')) resolve();
      });
    });
    if (isServer) this.#servers.push(child);
    await (isServer ? Promise.race([serves, ended]) : ended);
    if (!isServer) await this.#follow(person);
    const lines = said === '' ? [] : this.#shown(said).replace(/\n$/, '').split('\n');
    return { said: lines, status: child.exitCode ?? 0 };
  }

  /** Waits until the server has done what it was given. */
  settled(): Promise<void> {
    return settled(`http://${this.#real('127.0.0.1:8081')}`);
  }

  /** Ends what still serves, and takes everything away. */
  async close(): Promise<void> {
    await this.#endServers();
    await rm(this.dir, { recursive: true, force: true, maxRetries: 3 });
  }

  async #endServers(): Promise<void> {
    for (const child of this.#servers.splice(0)) {
      const ended = child.exitCode === null ? once(child, 'close') : undefined;
      child.kill('SIGTERM');
      await ended;
    }
  }

  async #spawn(person: string, command: string): Promise<ChildProcess> {
    const home = await this.home(person);
    const tokens = path.join(home, '.softhsm2.conf');
    const programs = [path.join(this.dir, '.bin')];
    if (person === 'operator') programs.push(path.join(this.dir, '.git-bin'));
    return spawn('/bin/bash', ['-c', command], {
      cwd: this.#folders.get(person) ?? home,
      env: {
        PATH: programs.join(path.delimiter),
        HOME: home,
        ...this.clock,
        ...(existsSync(tokens)
          ? { SOFTHSM2_CONF: tokens, TUF_ON_GIT_PKCS11_MODULE: modulePath() }
          : {}),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  }

  /** The gate takes no Node options from outside: that of the operator's HOME is told the time. */
  async #setGate(): Promise<void> {
    const set = Object.entries(this.clock).map(([name, value]) => `export ${name}='${value}'`);
    const gate = path.join(this.dir, 'operator/home/hooks/pre-receive');
    const isSet = (await readFile(gate, 'utf8')).includes('STANDING_CLOCK');
    if (!isSet) await putIntoHook(gate, 'pre-receive', ...set);
  }

  /** Whoever has gone to a folder stays there. */
  async #follow(person: string): Promise<void> {
    const file = path.join(this.dir, person, '.pwd');
    if (existsSync(file)) this.#folders.set(person, (await readFile(file, 'utf8')).trim());
  }

  /** Also where a page leaves the addresses to `init`, whose own may be taken here. */
  #real(text: string): string {
    const isSilent = text.startsWith('tuf-on-git init ') && !text.includes('-listen ');
    const [content = '', console = ''] = this.#addresses.keys();
    const listen = ` --content-listen ${content} --console-listen ${console}`;
    return [...this.#addresses].reduce(
      (all, [page, real]) => all.replaceAll(page, real),
      isSilent ? text + listen : text,
    );
  }

  #shown(text: string): string {
    const pages = [...this.#addresses].reduce(
      (all, [page, real]) => all.replaceAll(real, page),
      text,
    );
    return pages.replaceAll(this.dir, '/home').replaceAll(imported, '');
  }
}

/** Whether OpenSC is here, by which a token is used that no program of ours opens. */
export function hasTokenTool(): boolean {
  return programPath('pkcs11-tool') !== undefined;
}

/** Whether what a downloader uses beside our program is here. */
export function hasDownloadTools(): boolean {
  return forDownloads.every((name) => programPath(name) !== undefined);
}

/** Where this machine has a program. */
function programPath(name: string): string | undefined {
  const places = (process.env['PATH'] ?? '').split(path.delimiter);
  return places.map((place) => path.join(place, name)).find((file) => existsSync(file));
}

/** Those that this machine has, and `tuf-on-git`. */
async function installPrograms(folder: string, names: readonly string[]): Promise<void> {
  await mkdir(folder);
  for (const name of names) {
    const found = programPath(name);
    if (found !== undefined) await symlink(found, path.join(folder, name));
  }
  const script = `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`;
  await writeFile(path.join(folder, 'tuf-on-git'), script, { mode: 0o755 });
}

/** The same for all stages, which come one after the other: a HOME that is copied has them in it. */
let addresses: Promise<ReadonlyMap<string, string>> | undefined;

async function freeAddresses(): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const port of [8080, 8081]) {
    found.set(`127.0.0.1:${port}`, `127.0.0.1:${await freePort()}`);
  }
  return found;
}
