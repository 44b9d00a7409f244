import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pino } from 'pino';
import type { Daemon } from '../../../daemon/serve.ts';
import { daemonSuite, statusOf } from '../../kit/daemon.ts';
import { copyHome, type TestHome } from '../../kit/home.ts';
import { until } from '../../kit/until.ts';

const alices = 'metadata/1.alice.json';

describe('a public file that somebody touches behind the daemon', () => {
  const suite = daemonSuite();
  let home: TestHome;
  let told: string[] = [];
  const write = (line: string) => told.push(line);
  const makeLog = () => pino({ level: 'error' }, { write });
  const serve = (of: TestHome) => suite.serve(of, { makeLog });
  const inPublic = (name: string) => path.join(home.paths.public, name);
  const target = async () => {
    const names = await readdir(home.paths.public, { recursive: true });
    const found = names.find((name) => /^targets\/.*tool\.tgz$/.test(name));
    return found ?? assert.fail('no target is published');
  };

  beforeEach(async () => {
    told = [];
    home = await suite.home({ config: { reconcileIntervalSeconds: 3600 } });
  });

  /** One byte of it is another one. */
  async function edit(name: string): Promise<Buffer> {
    const bytes = await readFile(inPublic(name));
    const edited = Buffer.from(bytes);
    edited[edited.length >> 1] = (edited[edited.length >> 1] ?? 0) ^ 1;
    await writeFile(inPublic(name), edited);
    return bytes;
  }

  /** Looks until the file holds this again; the alarm says so, and is over when nothing more is found. */
  async function isMended(daemon: Daemon, name: string, bytes: Buffer): Promise<void> {
    await until(`${name} is mended`, async () => {
      await daemon.reconcile();
      return (await contentOf(name))?.equals(bytes);
    });
    await tellsOf(name);
    await isOver(daemon);
    assert.equal(await statusOf(daemon, `/${name}`), 200);
  }

  /** An alarm of this was raised since the last one was over. It may be over too: the daemon goes on looking. */
  async function tellsOf(name: string): Promise<void> {
    await until(`an alarm names ${name}`, () =>
      told
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .some(
          ({ code, where, hint }) =>
            code === 'publish.file-changed' && where === `public/${name}` && hint !== undefined,
        ),
    );
  }

  async function isOver(daemon: Daemon): Promise<void> {
    await until('the alarm is over', async () => {
      await daemon.reconcile();
      return daemon.readiness().ready;
    });
    told = [];
  }

  async function contentOf(name: string): Promise<Buffer | undefined> {
    const found = await stat(inPublic(name)).catch(() => undefined);
    return found?.isFile() === true ? readFile(inPublic(name)) : undefined;
  }

  it('is metadata: clients get what is signed all the while, and the file is put right', async () => {
    const daemon = await serve(home);
    const bytes = await edit(alices);
    const served = await fetch(`${daemon.content}/${alices}`);
    assert.equal(await served.text(), bytes.toString());
    await isMended(daemon, alices, bytes);
  });

  it('is the timestamp', async () => {
    const daemon = await serve(home);
    await isMended(daemon, 'metadata/timestamp.json', await edit('metadata/timestamp.json'));
  });

  for (const [what, make] of [
    ['a folder', (file: string) => mkdir(`${file}/inside`, { recursive: true })],
    ['a pipe', (file: string) => execFileSync('mkfifo', [file])],
    ['a link to itself', (file: string) => symlink(path.basename(file), file)],
  ] as const) {
    const name = 'metadata/timestamp.json';
    const isServed = async (daemon: Daemon) => {
      const served = await fetch(`${daemon.content}/${name}`);
      assert.deepEqual(await contentOf(name), Buffer.from(await served.arrayBuffer()));
    };

    it(`is the timestamp, ${what} by now: it is put right, and so it is by the next release`, async () => {
      const daemon = await serve(home);
      const bytes = await readFile(inPublic(name));
      await rm(inPublic(name));
      await make(inPublic(name));
      await isMended(daemon, name, bytes);
      await rm(inPublic(name));
      await make(inPublic(name));
      await home.release('1.1.0');
      await daemon.reconcile();
      assert.equal(await statusOf(daemon, '/metadata/2.alice.json'), 200);
      await isServed(daemon);
      await isOver(daemon);
    });

    it(`is the timestamp, ${what} at the start: the daemon serves and publishes`, async () => {
      await (await serve(home)).close();
      await rm(inPublic(name));
      await make(inPublic(name));
      const daemon = await serve(home);
      await isServed(daemon);
      await home.release('1.1.0');
      await daemon.reconcile();
      assert.equal(await statusOf(daemon, '/metadata/2.alice.json'), 200);
      await isServed(daemon);
    });
  }

  it('is a target that keeps its length', async () => {
    const daemon = await serve(home);
    const name = await target();
    await isMended(daemon, name, await edit(name));
    assert.deepEqual(await readdir(inPublic('.partial')), []);
  });

  it('is edited, and edited once more as soon as it is mended', async () => {
    const daemon = await serve(home);
    const name = await target();
    for (let times = 0; times < 3; times += 1) await isMended(daemon, name, await edit(name));
  });

  it('is a target of another length, a link or a folder by now', async () => {
    const daemon = await serve(home);
    const name = await target();
    const bytes = await readFile(inPublic(name));
    await writeFile(inPublic(name), 'longer than it was before, by far');
    await isMended(daemon, name, bytes);
    await rm(inPublic(name));
    await symlink(inPublic(alices), inPublic(name));
    await isMended(daemon, name, bytes);
    await rm(inPublic(name));
    await mkdir(inPublic(`${name}/inside`), { recursive: true });
    await isMended(daemon, name, bytes);
  });

  it('is deleted: the first client that asks for it gets a 503, and the next one the file', async () => {
    const daemon = await serve(home);
    const name = await target();
    await rm(inPublic(name));
    assert.equal(await statusOf(daemon, `/${name}`), 503);
    await until('it is there, and nobody asked for a look', async () => {
      return (await statusOf(daemon, `/${name}`)) === 200;
    });
    await tellsOf(name);
    await isOver(daemon);
  });

  it('is every one there is: the folder is made anew, and what comes next is published', async () => {
    const daemon = await serve(home);
    const before = (await readdir(home.paths.public, { recursive: true })).sort();
    const name = await target();
    await rm(home.paths.public, { recursive: true });
    assert.equal(await statusOf(daemon, `/${alices}`), 200);
    await daemon.reconcile();
    await tellsOf(name); // without being asked: what was found calls for an audit
    assert.deepEqual((await readdir(home.paths.public, { recursive: true })).sort(), before);
    await isOver(daemon);
    await home.release('1.1.0');
    await daemon.reconcile();
    assert.equal(await statusOf(daemon, '/metadata/2.alice.json'), 200);
    assert.deepEqual(daemon.readiness().reasons, []);
  });

  it('is every one there is, in the same moment as a release', async () => {
    const daemon = await serve(home);
    await rm(home.paths.public, { recursive: true });
    await home.release('1.1.0');
    await until('the release is out and all is well', async () => {
      await daemon.reconcile();
      return daemon.readiness().ready && (await contentOf('metadata/2.alice.json')) !== undefined;
    });
    assert.ok(await contentOf(await target()));
  });

  for (const [what, nameOf] of [
    ['metadata', () => Promise.resolve(alices)],
    ['a target that keeps its length', target],
  ] as const) {
    it(`is ${what}, while no daemon runs: the start puts it right and publishes`, async () => {
      await (await serve(home)).close();
      const name = await nameOf();
      const bytes = await edit(name);
      const file = await home.release('1.1.0');
      const daemon = await serve(home);
      assert.deepEqual(await readFile(inPublic(name)), bytes);
      assert.equal(await statusOf(daemon, '/metadata/2.alice.json'), 200, file);
      await tellsOf(name);
      await isOver(daemon);
    });
  }

  it('is deleted while no daemon runs: the start puts it back, and there is no alarm', async () => {
    await (await serve(home)).close();
    const name = await target();
    await rm(inPublic(name));
    await rm(inPublic(alices));
    const daemon = await serve(home);
    assert.deepEqual(daemon.readiness().reasons, []);
    assert.ok(await contentOf(name));
    assert.ok(await contentOf(alices));
  });

  it('is left as it is where it is newer than the record', async () => {
    await (await serve(home)).close();
    const old = await copyHome(home);
    try {
      await home.release('1.1.0');
      await (await serve(home)).close();
      await rm(old.paths.public, { recursive: true });
      const newer = await readFile(inPublic('metadata/timestamp.json'));
      await mkdir(path.join(old.paths.public, 'metadata'), { recursive: true });
      const file = path.join(old.paths.public, 'metadata/timestamp.json');
      await writeFile(file, newer);
      const daemon = await serve(old);
      await daemon.reconcile();
      assert.deepEqual(codes(daemon), ['publish.below-floor']);
      assert.deepEqual(await readFile(file), newer);
      await daemon.close();
    } finally {
      await old.remove();
    }
  });
});

function codes(daemon: Daemon): string[] {
  return daemon.readiness().reasons.map(({ code }) => code);
}
