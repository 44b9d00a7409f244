/**
 * Eight kinds of bad answers, in the place of every file that a client asks for: each is refused with
 * the code that it is said to have, within bounds, and leaves nothing: the cache is what it was, no
 * file has a target's name, and the next run with the good server comes to the newest state.
 */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import path from 'node:path';
import { httpFetcher } from '../../client/http-fetcher.ts';
import { exitStatus } from '../../cli/terminal/exit-status.ts';
import { hasCode } from '../../core/error/system-error.ts';
import { clientScene } from '../kit/client-scene.ts';
import { rejectsWithFault } from '../kit/faults.ts';
import { sha256 } from '../kit/simulated-repository.ts';
import { badAnswers, type BadAnswer, type Codes } from './kit/bad-answers.ts';

const asked = ['root', 'timestamp', 'snapshot', 'targets', 'team', 'target'] as const;
type Asked = (typeof asked)[number];

const known: Record<Asked, keyof Codes> = {
  ...{ root: 'unknown', timestamp: 'unknown' },
  ...{ snapshot: 'signed', targets: 'signed', team: 'signed', target: 'target' },
};
const target = 'team/tool.bin';
/** A server that is read without end would send more. */
const mostBytes = 20_000_000;

describe('a bad answer', () => {
  const scene = clientScene();
  let generation = 0;
  /** Digests of all that was ever published. */
  const genuine = new Set<string>();

  for (const bad of badAnswers) {
    it(`that is ${bad.kind}: ${bad.form}`, async () => {
      generation = 0;
      await update();
      for (const file of asked) await meets(bad, file);
      const statuses = new Set(Object.values(bad.codes).map(exitStatus));
      const { unknown, signed, target: ofTarget } = bad.codes;
      const codes = [...new Set([unknown, signed, ofTarget])].join(' / ');
      console.log(`        ${codes}: exit status ${[...statuses].join(' / ')}`);
    });
  }

  async function meets(bad: BadAnswer, file: Asked): Promise<void> {
    const { server, repository } = scene();
    await update();
    const before = await folders();
    const content = publish();
    const name = nameOf(file, content);
    const right = Buffer.from(repository.files.get(name) ?? []);
    assert.ok(right.length > 0, `${name} is published`);
    const sockets = new Set<Socket>();
    server.answers.set(name, (request, response) => {
      sockets.add(request.socket);
      bad.answer(right)(request, response);
    });
    await rejectsWithFault(bad.codes[known[file]], update(bad));
    const sent = [...sockets].map(({ bytesWritten }) => bytesWritten);
    assert.ok(Math.max(...sent) < mostBytes, `${sent.join()} bytes were read`);
    requireNothingNew(file, before, await folders());
    server.answers.clear();
    assert.deepEqual(await readFile(await update()), content);
  }

  /** A new generation, all roles of it; returns what its target holds. */
  function publish(): Buffer {
    const { repository } = scene();
    generation += 1;
    const content = Buffer.from(`generation ${generation} `.repeat(1_000));
    repository.publishRoot();
    repository.addTarget(`a-${generation}.txt`, content);
    repository.addTarget(target, content, 'team');
    repository.publish();
    for (const file of repository.files.values()) genuine.add(sha256(file));
    return content;
  }

  function nameOf(file: Asked, content: Buffer): string {
    const { repository } = scene();
    if (file === 'timestamp') return 'metadata/timestamp.json';
    if (file === 'target') return `targets/team/${sha256(content)}.tool.bin`;
    const { signed } = JSON.parse(Buffer.from(repository.bytes(file)).toString()) as {
      signed: { version: number };
    };
    return `metadata/${signed.version}.${file}.json`;
  }

  /** Refreshes and downloads, into a new folder for each generation. */
  async function update(bad?: BadAnswer): Promise<string> {
    if (generation === 0) publish();
    const { repository, targetsDir, updater } = scene();
    const slow = { answerTimeoutMs: 400, stallTimeoutMs: 400, slowGraceMs: 400 };
    const patience = bad?.isSlow === true ? { ...slow, minBytesPerSecond: 1_000_000 } : {};
    const attempts = bad?.isSlow === true ? 1 : 2;
    const own = updater({
      fetcher: httpFetcher(patience),
      retry: { attempts, pause: () => Promise.resolve() },
    });
    await own.refresh();
    const info = await own.getTargetInfo(target);
    assert.ok(info, 'the target is there');
    const version = String(repository.root.version);
    return own.downloadTarget(info, path.join(targetsDir, version, 'tool.bin'));
  }

  async function folders() {
    const { metadataDir, targetsDir } = scene();
    return { cache: await filesIn(metadataDir), targets: await filesIn(targetsDir) };
  }

  /** What was verified before the bad answer came may be there; it and what follows is as before. */
  function requireNothingNew(file: Asked, before: Folders, after: Folders): void {
    const refused = asked.slice(asked.indexOf(file)).map((role) => `${role}.json`);
    const names = new Set([...before.cache.keys(), ...after.cache.keys()]);
    for (const name of names) {
      if (refused.includes(name)) assert.equal(after.cache.get(name), before.cache.get(name), name);
    }
    for (const [name, digest] of after.cache) assert.ok(genuine.has(digest), `${name} is genuine`);
    const visible = [...after.targets].filter(([name]) => !path.basename(name).startsWith('.'));
    assert.deepEqual(new Map(visible), before.targets);
  }
});

interface Folders {
  readonly cache: ReadonlyMap<string, string>;
  readonly targets: ReadonlyMap<string, string>;
}

/** Digests of all files, by their path. */
async function filesIn(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: unknown) => {
      if (hasCode(error, 'ENOENT')) return [];
      throw error;
    },
  );
  const files = entries.filter((entry) => entry.isFile());
  const digests = files.map(async ({ parentPath, name }) => {
    const file = path.join(parentPath, name);
    return [path.relative(folder, file), sha256(await readFile(file))] as const;
  });
  return new Map(await Promise.all(digests));
}
