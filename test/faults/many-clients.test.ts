import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { JsonObject } from '../../core/metadata/json.ts';
import { askApi, bodyOf, codesOf } from '../kit/api.ts';
import { release } from '../kit/changes.ts';
import { statusOf } from '../kit/daemon.ts';
import { startDaemonProgram, type DaemonProgram } from '../kit/daemon-program.ts';
import { makeHome, type TestHome } from '../kit/home.ts';
import { addServerSignedRole } from '../kit/server-signed-role.ts';
import { until } from '../kit/until.ts';
import { issueToken, sha256Of, uploadClient, type UploadClient } from '../kit/uploads.ts';

const clients = 50;
/** A minute where somebody wants to know. */
const seconds = Number(process.env['LOAD_SECONDS'] ?? 10);
const maxMemoryMib = 600;

interface Sender {
  readonly name: string;
  readonly token: string;
  readonly blobs: UploadClient;
}

describe(`${clients} clients that upload and change at once, for ${seconds} s`, function () {
  this.timeout((seconds + 600) * 1000);
  let home: TestHome;
  let daemon: DaemonProgram;
  const accepted = new Set<string>();
  const counts = { uploads: 0, changes: 0, reads: 0, unsigned: 0, releases: 0 };

  before(async () => {
    home = await makeHome();
    await addServerSignedRole(home);
    daemon = await startDaemonProgram(home);
  });
  after(async () => {
    await daemon.stop();
    await home.remove();
  });

  it('lose nothing that was accepted, see nothing that is unsigned, and stand in nobody’s way', async () => {
    const senders: Sender[] = [];
    for (let at = 0; at < clients; at += 1) senders.push(await sender(at));
    const end = performance.now() + seconds * 1000;
    const isTime = () => performance.now() < end;
    await Promise.all([
      ...senders.map((each, at) => sendAll(each, senders[(at + 1) % clients] ?? each, isTime)),
      read(isTime),
      releaseByAlice(isTime),
    ]);
    const { targets } = await until('everything is published', async () => {
      const { json } = await askApi(daemon, '/roles/nightly');
      if (json['targets'] !== accepted.size) return undefined;
      return signedAt(`${json['version'] as number}.nightly.json`);
    });
    assert.deepEqual(new Set(Object.keys(targets as JsonObject)), accepted);
    for (const [what, count] of Object.entries(counts)) assert.ok(count > 0, what);
    const mib = await peakMemoryMib();
    assert.ok(mib < maxMemoryMib, `${mib} MiB`);
    const told = Object.entries(counts).map(([what, count]) => `${count} ${what}`);
    console.log(`      ${told.join(', ')}; the daemon took ${mib} MiB at most`);
  });

  async function sender(at: number): Promise<Sender> {
    const name = `ci-${at}`;
    const token = await issueToken(home, name, ['blob:put', 'online:nightly']);
    return { name, token, blobs: uploadClient(daemon.console, token) };
  }

  async function sendAll({ name, token, blobs }: Sender, other: Sender, isTime: () => boolean) {
    for (let build = 0; isTime(); build += 1) {
      const content = `build ${build} of ${name}`.padEnd(4096);
      const sha256 = sha256Of(content);
      const file = `nightly/${name}-${build}.bin`;
      assert.equal((await blobs.put(sha256, content)).status, 201);
      counts.uploads += 1;
      await isSeenByNobody(file, sha256, other);
      const body = { role: 'nightly', targets: { [file]: { sha256 } } };
      const reply = await askApi(daemon, '/targets', { method: 'POST', token, body });
      assert.equal(reply.status, 201, JSON.stringify(reply.json));
      accepted.add(file);
      counts.changes += 1;
    }
  }

  async function isSeenByNobody(file: string, sha256: string, other: Sender): Promise<void> {
    const served = `/targets/${file.replace('nightly/', `nightly/${sha256}.`)}`;
    assert.equal(await statusOf(daemon, served), 404);
    assert.equal((await other.blobs.head(sha256)).status, 404);
    counts.unsigned += 1;
  }

  async function read(isTime: () => boolean): Promise<void> {
    while (isTime()) {
      const timestamp = await signedAt('timestamp.json');
      const { 'snapshot.json': snapshot } = timestamp['meta'] as Record<
        string,
        { version: number }
      >;
      await signedAt(`${snapshot?.version ?? 0}.snapshot.json`);
      counts.reads += 1;
    }
  }

  async function signedAt(file: string): Promise<JsonObject> {
    const response = await fetch(`${daemon.content}/metadata/${file}`);
    assert.equal(response.status, 200, file);
    return ((await response.json()) as { signed: JsonObject }).signed;
  }

  /** A person's changes of another role, one after the other. */
  async function releaseByAlice(isTime: () => boolean): Promise<void> {
    const token = await issueToken(home, 'alice', ['change:submit']);
    const file = (at: number) => `alice-project/tool/2.${at}/tool.tgz`;
    for (let at = 0; isTime(); at += 1) {
      const change = release(file(at));
      const body = await bodyOf(home, change);
      const reply = await askApi(daemon, '/changes', { method: 'POST', token, body });
      assert.equal(reply.status, 201, codesOf(reply).join());
      change(home.tree, []);
      counts.releases += 1;
    }
  }

  async function peakMemoryMib(): Promise<number> {
    const status = await readFile(`/proc/${daemon.pid}/status`, 'utf8');
    return Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024);
  }
});
