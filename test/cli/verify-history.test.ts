import assert from 'node:assert/strict';
import type { Code } from '../../core/error/codes.ts';
import type { JsonObject } from '../../core/metadata/json.ts';
import type { RecordEntry } from '../../daemon/record/record.ts';
import { assertRefused, cliSandbox, type CliSandbox } from '../kit/cli.ts';
import { runDaemon } from '../kit/daemon.ts';
import { replaceRecord, resigned, wholeRecord, withSnapshot } from '../kit/forged-record.ts';
import { copyHome, makeHome, nextVersion, type TestHome } from '../kit/home.ts';
import { backTo, moveMain, signedByIntruder } from '../kit/past-the-hook.ts';
import { people } from '../kit/source-tree.ts';

type Entries = [RecordEntry, RecordEntry, RecordEntry, RecordEntry];
interface Past {
  readonly arrivals: readonly { readonly commit: string; readonly by?: string }[];
}
type Forgery = (entries: Entries, home: TestHome) => Promise<readonly RecordEntry[]>;

describe('tuf-on-git verify --history', () => {
  let sandbox: CliSandbox;
  let template: TestHome;
  let home: TestHome;

  before(async () => {
    sandbox = await cliSandbox();
    template = await fourGenerations();
  });
  after(async () => {
    await template.remove();
    await sandbox.remove();
  });
  beforeEach(async () => {
    home = await copyHome(template);
  });
  afterEach(() => home.remove());

  const verify = (...more: string[]) => sandbox.run(['verify', home.dir, '--history', ...more]);
  const refused = async (code: Code, where: RegExp) => {
    const run = await verify();
    assertRefused(run, 1, code);
    assert.match(run.stderr, where);
  };

  it('counts what it replayed, all of which holds', async () => {
    const { status, stdout, stderr } = await verify();
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^history holds: 4 commits, 4 generations$/m);
    assert.match(stdout, /^main holds: 3 roles at [0-9a-f]{40}$/m);
    assert.match(stdout, /^targets hold: 5 targets, 5 files of \d+ bytes$/m);
    assert.match(stdout, /^policy +\{"repository":/m);
  });

  it('says the same as JSON, without target files when they are left out', async () => {
    const { stdout } = await verify('--json', '--metadata-only');
    const audit = JSON.parse(stdout) as { past: Past; roles: number; contents?: object };
    const { arrivals, ...counts } = audit.past;
    assert.deepEqual(counts, { commits: 4, generations: 4 });
    const record = await wholeRecord(home);
    assert.deepEqual(
      arrivals.map(({ commit }) => commit),
      record.map(({ commit }) => commit),
    );
    assert.equal(audit.roles, 3);
    assert.equal(audit.contents, undefined);
  });

  it('names a commit that never was good, although a later one mends it', async () => {
    const tree = new Map(home.tree);
    const bad = await signedByIntruder(home);
    backTo(home, tree);
    await home.release('1.9.0');
    await refused(
      'signature.unauthorised',
      new RegExp(`commit ${bad.slice(0, 10)}, metadata/alice`),
    );
  });

  it('names a commit whose expiry was over when it came in, as the record tells', async () => {
    const [first, second, ...others] = (await wholeRecord(home)) as Entries;
    const receivedAt = new Date(second.publishedAt.getTime() + 400 * 86_400_000);
    const arrivals = second.arrivals.map((arrival) => ({ ...arrival, receivedAt }));
    await replaceRecord(home, [first, { ...second, arrivals }, ...others]);
    await refused('role.expired', new RegExp(`commit ${second.commit.slice(0, 10)}`));
  });

  it('finds that main was rewritten since it was published', async () => {
    const [first] = await wholeRecord(home);
    await moveMain(home, first?.commit);
    await refused('publish.record', /generation 2 \(refs\/tuf\/published [0-9a-f]{10}\)/);
  });

  it('finds a record that holds in itself, but names somebody else as who sent a commit', async () => {
    const [first, second, ...others] = (await wholeRecord(home)) as Entries;
    const arrivals = second.arrivals.map((arrival) => ({ ...arrival, by: 'intruder' }));
    await replaceRecord(home, [first, { ...second, arrivals }, ...others]);
    await refused(
      'publish.record',
      /refs\/tuf\/published: the record is at [0-9a-f]{40}, but was left at/,
    );
  });

  const forgeries: readonly (readonly [string, Code, Forgery])[] = [
    [
      'whose timestamp has a lower version',
      'rollback.timestamp',
      async ([a, b, c, d], home) => {
        const timestamp = await resigned(home, c.timestamp, { version: 1 });
        return [a, b, { ...c, timestamp }, d];
      },
    ],
    [
      'whose timestamp has the version of the last one, and other content',
      'rollback.timestamp',
      async ([a, b, c, d], home) => {
        const timestamp = await resigned(home, c.timestamp, { version: 2 });
        return [a, b, { ...c, timestamp }, d];
      },
    ],
    [
      'whose snapshot has a lower version',
      'rollback.snapshot',
      async ([a, b, c, d], home) => {
        const snapshot = await resigned(home, c.snapshot, { version: 1 });
        return [a, b, await withSnapshot(home, c, snapshot), d];
      },
    ],
    [
      'whose snapshot was signed by another key',
      'role.threshold',
      async ([a, b, c, d], home) => {
        const snapshot = await resigned(home, c.snapshot, {}, people.stranger);
        return [a, b, await withSnapshot(home, c, snapshot), d];
      },
    ],
    [
      'whose timestamp was signed by another key',
      'role.threshold',
      async ([a, b, c, d], home) => {
        const timestamp = await resigned(home, c.timestamp, {}, people.stranger);
        return [a, b, { ...c, timestamp }, d];
      },
    ],
    [
      'whose snapshot lists a lower version of a role',
      'rollback.targets',
      async ([a, b, c, d], home) => {
        const meta = { ...metaOf(c), 'alice.json': metaOf(a)['alice.json'] ?? null };
        const snapshot = await resigned(home, c.snapshot, { meta });
        return [a, b, await withSnapshot(home, c, snapshot), d];
      },
    ],
    [
      'whose snapshot has lost a role',
      'rollback.targets',
      async ([a, b, c, d], home) => {
        const meta = Object.entries(metaOf(c)).filter(([file]) => file !== 'bob.json');
        const fields = { meta: Object.fromEntries(meta) };
        const snapshot = await resigned(home, c.snapshot, fields);
        return [a, b, await withSnapshot(home, c, snapshot), d];
      },
    ],
    [
      'whose snapshot lists a version that nobody signed, of a role that did not change',
      'version.mismatch',
      async ([a, b, c, d], home) => {
        const meta = { ...metaOf(c), 'bob.json': { version: 9 } };
        const snapshot = await resigned(home, c.snapshot, { meta });
        return [a, b, await withSnapshot(home, c, snapshot), d];
      },
    ],
    [
      'that had expired when it was published',
      'role.expired',
      async ([a, b, c, d], home) => {
        const expires = '2020-01-01T00:00:00Z';
        const timestamp = await resigned(home, c.timestamp, { expires });
        return [a, b, { ...c, timestamp }, d];
      },
    ],
    [
      'of a commit that main never had',
      'publish.record',
      async ([a, b, c, d], home) => {
        const { tree, parents } = await home.git.commit(c.commit);
        const author = { name: 'Intruder', email: 'intruder@example.com' };
        const message = 'beside main';
        const time = c.publishedAt;
        const commit = await home.git.writeCommit({ tree, parents, author, message, time });
        return [a, b, { ...c, commit }, d];
      },
    ],
    [
      'that goes back to an older commit',
      'publish.record',
      ([a, b, c, d]) => Promise.resolve([a, b, { ...c, commit: a.commit }, d]),
    ],
    [
      'that does not tell how its commit came in',
      'publish.record',
      ([a, b, c, d]) => Promise.resolve([a, b, { ...c, arrivals: [] }, d]),
    ],
    [
      'that is older than the last one',
      'publish.record',
      ([a, b, c, d]) => Promise.resolve([a, b, { ...c, publishedAt: new Date(0) }, d]),
    ],
    ['that was left out', 'publish.record', ([a, b, , d]) => Promise.resolve([a, b, d])],
  ];
  for (const [what, code, forge] of forgeries) {
    it(`names a generation ${what}`, async () => {
      await replaceRecord(home, await forge((await wholeRecord(home)) as Entries, home));
      await refused(code, /generation 3 \(refs\/tuf\/published [0-9a-f]{10}\)/);
    });
  }
});

describe('a history with new keys', () => {
  it('holds, through every root', async () => {
    const sandbox = await cliSandbox();
    const home = await makeHome();
    const daemon = await runDaemon(home);
    await home.commit((tree) => {
      nextVersion(tree, 'root');
    });
    await daemon.reconcile();
    await home.release('1.1.0');
    await daemon.reconcile();
    await daemon.close();
    const stdout = await sandbox.ok(['verify', home.dir, '--history']);
    assert.match(stdout, /^history holds: 3 commits, 3 generations$/m);
    await home.remove();
    await sandbox.remove();
  });
});

async function fourGenerations(): Promise<TestHome> {
  const home = await makeHome();
  const daemon = await runDaemon(home);
  for (const version of ['1.1.0', '1.2.0', '1.3.0']) {
    await home.release(version);
    await daemon.reconcile();
  }
  await daemon.close();
  return home;
}

function metaOf({ snapshot }: RecordEntry): JsonObject {
  return snapshot.signedJson['meta'] as JsonObject;
}
