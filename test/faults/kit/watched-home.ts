/**
 * A HOME whose daemon is killed over and over, and a client in a process of its own that reads from
 * it all the while. What the client may not meet, whatever is killed, is asserted at the end.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { Updater } from '../../../client/updater.ts';
import { mainRef } from '../../../core/rules/ref-rules.ts';
import { recordRef } from '../../../core/gate/published.ts';
import { readPinnedRoot } from '../../../core/home/home.ts';
import type { ConfigInput } from '../../../core/home/config.ts';
import { replayRecord } from '../../../daemon/record/replay.ts';
import type { Readiness } from '../../../daemon/readiness.ts';
import { bundledProgram } from '../../kit/bundled-program.ts';
import {
  spawnDaemonProgram,
  type DaemonLife,
  type DaemonProgram,
} from '../../kit/daemon-program.ts';
import { freePort } from '../../kit/free-port.ts';
import { installHomeHooks } from '../../kit/home-hooks.ts';
import { makeHome, nextVersion, type TestHome } from '../../kit/home.ts';
import { entryOf, fileOf, putTarget } from '../../kit/source-tree.ts';
import { until } from '../../kit/until.ts';
import { faultControl, type FaultControl } from './fault-control.ts';
import type { WatchFailure, WatchReport } from './watch-report.ts';

export interface WatchedHome {
  readonly home: TestHome;
  readonly faults: FaultControl;
  /** The daemon's process, as it was started last. */
  readonly life: DaemonLife;
  /** Starts the daemon, and does not wait. */
  spawn(): DaemonLife;
  /** Starts the daemon, waits until it serves; undefined when it ended before. */
  start(): Promise<DaemonProgram | undefined>;
  /** A commit onto main that replaces what alice's role lists. */
  release(): Promise<void>;
  /** Waits until what is on main can be seen by clients and nothing is wrong. */
  converged(): Promise<void>;
  /** What the daemon says of itself; undefined while it does not answer. */
  readiness(): Promise<Readiness | undefined>;
  /** From now on, until the next start, the daemon may be away. */
  mayDie(): void;
  /** Ends all; asserts what was seen, and that the record holds from its first generation on. */
  finish(): Promise<WatchReport & { readonly generations: number }>;
  remove(): Promise<void>;
}

export async function watchedHome(config: Omit<ConfigInput, 'format'> = {}): Promise<WatchedHome> {
  const [content, console] = [await freePort(), await freePort()]; // the same after each kill
  const home = await makeHome({
    config: {
      ...config,
      content: { listen: `127.0.0.1:${content}` },
      console: { listen: `127.0.0.1:${console}` },
      logLevel: 'silent',
    },
  });
  await installHomeHooks(home.paths);
  return new Watched(home, await faultControl(path.join(home.dir, 'faults')), { content, console });
}

interface Absence {
  readonly from: number;
  to: number;
}

class Watched implements WatchedHome {
  readonly home: TestHome;
  readonly faults: FaultControl;
  readonly #urls: { readonly content: string; readonly console: string };
  readonly #absences: Absence[] = [{ from: 0, to: Infinity }];
  #daemon: DaemonProgram | undefined;
  #life: DaemonLife | undefined;
  #releases = 0;
  #released: string = fileOf.alice;
  #client: Client | undefined;

  constructor(
    home: TestHome,
    faults: FaultControl,
    ports: { readonly content: number; readonly console: number },
  ) {
    this.home = home;
    this.faults = faults;
    this.#urls = {
      content: `http://127.0.0.1:${ports.content}`,
      console: `http://127.0.0.1:${ports.console}`,
    };
  }

  get life(): DaemonLife {
    return this.#life ?? assert.fail('no daemon was started');
  }

  spawn(): DaemonLife {
    this.#daemon = undefined;
    this.#life = spawnDaemonProgram(this.home, { env: this.faults.env });
    return this.#life;
  }

  async start(): Promise<DaemonProgram | undefined> {
    this.#daemon = await this.spawn().ready;
    if (this.#daemon === undefined) return undefined;
    const absence = this.#absences.at(-1);
    if (absence !== undefined) absence.to = Math.min(absence.to, Date.now());
    this.#client ??= await startClient(this.home, this.#urls.content);
    return this.#daemon;
  }

  async release(): Promise<void> {
    this.#releases += 1;
    const file = `alice-project/tool/2.${this.#releases}/tool.tgz`;
    await this.home.commit((tree) => {
      tree.delete(`targets/${this.#released}`);
      putTarget(tree, file, `tool 2.${this.#releases}`);
      nextVersion(tree, 'alice', (signed) => ({
        ...signed,
        targets: { [file]: entryOf(tree, file) },
      }));
    });
    this.#released = file;
  }

  async converged(): Promise<void> {
    const tip = await this.home.tip();
    const isPublished = async () => {
      const readiness = await this.readiness();
      return readiness?.generation?.commit === tip && readiness.reasons.length === 0;
    };
    await until(`${tip} is published`, isPublished);
  }

  mayDie(): void {
    this.#absences.push({ from: Date.now(), to: Infinity });
  }

  async finish(): Promise<WatchReport & { readonly generations: number }> {
    await this.converged();
    const report = (await this.#client?.stop()) ?? assert.fail('no client ever watched');
    await this.#daemon?.stop();
    assert.deepEqual(report.contradictions, []);
    const [fault] = report.failures.filter((failure) => !this.#isExcused(failure));
    assert.equal(fault, undefined, JSON.stringify(fault));
    return { ...report, generations: await this.#replay() };
  }

  async remove(): Promise<void> {
    await this.#client?.stop();
    await this.#life?.kill();
    await this.home.remove();
  }

  /** Nothing but a connection that was refused or cut, while the daemon was away. */
  #isExcused({ code, from, to }: WatchFailure): boolean {
    const isAway = this.#absences.some((absence) => absence.from <= to && from <= absence.to);
    return code === 'download.unreachable' && isAway;
  }

  async readiness(): Promise<Readiness | undefined> {
    try {
      const response = await fetch(`${this.#urls.console}/readyz`);
      return (await response.json()) as Readiness;
    } catch (error) {
      if (error instanceof TypeError) return undefined;
      throw error;
    }
  }

  async #replay(): Promise<number> {
    const { git, paths } = this.home;
    const tip = (await git.resolveRef(recordRef)) ?? assert.fail('there is no record');
    const main = await git.resolveRef(mainRef);
    assert.ok(main);
    const commits = await git.commitsBetween(undefined, main, { limit: Infinity });
    return replayRecord(git, tip, {
      pinnedRoot: await readPinnedRoot(paths.pinnedRoot),
      main: commits.map(({ oid }) => oid),
    });
  }
}

interface Client {
  stop(): Promise<WatchReport>;
}

async function startClient(home: TestHome, url: string): Promise<Client> {
  const folder = path.join(home.dir, 'client');
  await Updater.init(path.join(folder, 'metadata'), await readFile(home.paths.pinnedRoot));
  const program = bundledProgram('test/faults/kit/watching-client.ts');
  const child = spawn(process.execPath, [program, url, folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const said = text(child.stdout);
  return {
    stop: async () => {
      child.stdin.end();
      return JSON.parse(await said) as WatchReport;
    },
  };
}

/** The process of the signer that a daemon has started, if it runs. */
export function signerOf(pid: number): number | undefined {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  return children.map(Number).find((child) => isSigner(child));
}

function isSigner(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('signer.cjs');
  } catch {
    return false; // it ended meanwhile
  }
}
