import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Audit, AuditReport } from '../../../client/page/audit/index.ts';
import type { JsonObject } from '../../../core/metadata/json.ts';
import { clientScene } from '../../kit/client-scene.ts';
import { bundleAudit, type BundledAudit } from '../../kit/page-audit.ts';
import { newKey, testTime, yesterday, type TestKey } from '../../kit/simulated-repository.ts';

describe('what the web page is told of a repository', () => {
  const scene = clientScene();
  let bundled: BundledAudit;

  before(async () => {
    bundled = await bundleAudit();
  });

  function open(): Audit {
    const { repository, server } = scene();
    const urls = { metadataUrl: `${server.url}metadata`, targetsUrl: `${server.url}targets` };
    const root = repository.files.get('metadata/1.root.json') ?? new Uint8Array();
    return new bundled.library.Audit({ ...urls, root });
  }

  async function verified(): Promise<Audit> {
    const audit = open();
    assert.equal((await audit.refresh(testTime)).refusal, undefined);
    return audit;
  }

  const reportOf = ({ roles }: AuditReport, name: string) => {
    const found = roles.find(({ role }) => role === name);
    assert.ok(found, name);
    return found;
  };
  const currentOf = ({ roles }: AuditReport) =>
    roles.filter(({ isCurrent }) => isCurrent).map(({ role }) => role);

  it('is why the first verification was refused, whatever is asked for then', async () => {
    const { repository } = scene();
    repository.signers.set('snapshot', [newKey()]);
    repository.publish();
    const audit = open();
    const { refusal } = await audit.refresh(testTime);
    assert.equal(refusal?.code, 'role.threshold');
    const refused = { code: 'role.threshold', where: refusal.where };
    await assert.rejects(audit.role(['targets']), refused);
    await assert.rejects(audit.target('a.txt'), refused);
    await assert.rejects(audit.list(), refused);
  });

  it('is what kind of key each is, known here or not', async () => {
    const { repository } = scene();
    const foreign = { keytype: 'sphincs', scheme: 'sphincs-shake-128s', keyval: { public: '00' } };
    const { delegations } = repository.targets;
    const [team] = delegations.roles as { keyids: string[] }[];
    delegations.keys['foreign'] = foreign;
    team?.keyids.push('foreign', 'nobody');
    repository.publish();
    const audit = open();
    const report = await audit.refresh(testTime);
    const kindsOf = (
      keys: readonly { keytype: string | undefined; scheme: string | undefined }[],
    ) => keys.map(({ keytype, scheme }) => [keytype, scheme]);
    assert.deepEqual(kindsOf(reportOf(report, 'timestamp').keys), [['ed25519', 'ed25519']]);
    const expected = [
      ['ed25519', 'ed25519'],
      ['sphincs', 'sphincs-shake-128s'],
      [undefined, undefined],
    ];
    const [delegation] = reportOf(report, 'targets').delegations;
    assert.deepEqual(kindsOf(delegation?.keys ?? []), expected);
    assert.deepEqual(
      delegation?.keys.map(({ keyid }) => keyid),
      team?.keyids,
    );
    assert.deepEqual(kindsOf((await audit.role(['targets', 'team'])).keys), expected);
    const { vouchers } = (await audit.target('team/b.txt')) ?? assert.fail('it is listed');
    assert.deepEqual(kindsOf(vouchers.at(-1)?.keys ?? []), expected);
  });

  it('is what was verified just now', async () => {
    const audit = open();
    const report = await audit.refresh(testTime);
    assert.deepEqual(currentOf(report), ['root', 'timestamp', 'snapshot', 'targets']);
    for (const { verifiedAt } of report.roles) assert.equal(verifiedAt, testTime);
    const role = await audit.role(['targets', 'team']);
    assert.deepEqual([role.verifiedAt, role.isCurrent], [testTime, true]);
  });

  it('is what was verified earlier, and by what it was not renewed since', async () => {
    const { repository } = scene();
    const old = new Map(repository.files);
    repository.addTarget('c.txt', 'c');
    repository.publish();
    const audit = await verified();
    for (const [path, bytes] of old) repository.files.set(path, bytes);
    const later = new Date(testTime.getTime() + 60_000);
    const report = await audit.refresh(later);
    assert.deepEqual(currentOf(report), ['root']);
    assert.equal(reportOf(report, 'root').verifiedAt, later);
    for (const name of ['timestamp', 'snapshot', 'targets']) {
      assert.equal(reportOf(report, name).verifiedAt, testTime, name);
    }
    const target = (await audit.target('c.txt')) ?? assert.fail('it was listed');
    assert.deepEqual([target.verifiedAt, target.isCurrent], [testTime, false]);
    assert.equal((await audit.role(['targets', 'team'])).isCurrent, false);
  });

  it('is that a new timestamp names what does not verify', async () => {
    const { repository } = scene();
    const audit = await verified();
    repository.addTarget('c.txt', 'c');
    repository.signers.set('targets', [newKey()]);
    repository.publish();
    const report = await audit.refresh(testTime);
    assert.equal(report.refusal?.code, 'role.threshold');
    assert.deepEqual(currentOf(report), ['root', 'timestamp', 'snapshot']);
    assert.equal(reportOf(report, 'targets').version, 1);
  });

  it('is nothing that the server confirmed while it does not answer, or its root has expired', async () => {
    const { repository, server } = scene();
    repository.root.expires = yesterday;
    repository.publishRoot();
    const expired = await open().refresh(testTime);
    assert.equal(expired.refusal?.code, 'role.expired');
    assert.deepEqual(currentOf(expired), []);
    const audit = open();
    await server.close();
    const report = await audit.refresh(testTime);
    assert.equal(report.refusal?.code, 'download.unreachable');
    assert.deepEqual(
      report.roles.map(({ role, verifiedAt, isCurrent }) => [role, verifiedAt, isCurrent]),
      [['root', undefined, false]],
    );
  });

  it('is of a repository without consistent snapshots, by plain names', async () => {
    const { repository, requestsOf } = scene();
    repository.root.consistent_snapshot = false;
    repository.publishRoot();
    repository.publish();
    const audit = open();
    const asked = await requestsOf(() => audit.refresh(testTime));
    assert.deepEqual(asked.slice(-3), [
      'metadata/timestamp.json',
      'metadata/snapshot.json',
      'metadata/targets.json',
    ]);
    const target = await audit.target('team/b.txt');
    assert.equal(target?.url, `${scene().server.url}targets/team/b.txt`);
  });

  it('is that an answer is too long, read no further than it may be', async () => {
    const { repository, server } = scene();
    let sent = 0;
    const endless = (path: string) =>
      server.answers.set(path, (_, response) => {
        const more = () => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536, ' '))) sent += 65_536;
        };
        response.on('drain', more);
        more();
      });
    endless('metadata/1.snapshot.json');
    const first = await open().refresh(testTime);
    assert.equal(first.refusal?.code, 'download.too-long');
    assert.ok(sent < 16 * 1_048_576, `${sent} bytes for ${repository.bytes('snapshot').length}`);
    server.answers.clear();
    const audit = await verified();
    endless('metadata/1.team.json');
    await assert.rejects(audit.role(['targets', 'team']), { code: 'download.too-long' });
  });

  it('is of succinct bins those that are in use, at once', async () => {
    const { repository } = scene();
    const key = newKey();
    const names = ['bin-0', 'bin-1', 'bin-2'];
    for (const name of names) addRole(name, key);
    replaceDelegations(key, {
      succinct_roles: { keyids: [key.keyid], threshold: 1, bit_length: 2, name_prefix: 'bin' },
    });
    const path = pathWith((digest) => Number.parseInt(digest.slice(0, 1), 16) >> 2 === 1);
    repository.addTarget(path, 'b', 'bin-1');
    repository.publish();
    const audit = open();
    const { delegations } = reportOf(await audit.refresh(testTime), 'targets');
    assert.deepEqual(
      delegations.map(({ role, isBin, terminating, threshold, keys }) => {
        return [role, isBin, terminating, threshold, keys.map(({ keyid }) => keyid)];
      }),
      names.map((name) => [name, true, true, 1, [key.keyid]]),
    );
    assert.deepEqual((await audit.role(['targets'])).delegations, delegations);
    assert.deepEqual((await audit.target(path))?.info.chain, ['targets', 'bin-1']);
  });

  it('is of delegations by hash prefixes, followed as they lead', async () => {
    const { repository, requestsOf } = scene();
    const key = newKey();
    const halves = { low: ['0', '1', '2', '3', '4', '5', '6', '7'], high: ['8', '9', 'a', 'b'] };
    const roles = Object.entries(halves).map(([name, digits]) => {
      addRole(name, key);
      const common = { name, keyids: [key.keyid], threshold: 1, terminating: false };
      return { ...common, path_hash_prefixes: digits };
    });
    replaceDelegations(key, { roles });
    const path = pathWith((digest) => digest.startsWith('9'));
    repository.addTarget(path, 'b', 'high');
    repository.publish();
    const audit = open();
    const { delegations } = reportOf(await audit.refresh(testTime), 'targets');
    assert.deepEqual(
      delegations.map(({ role, pathHashPrefixes, paths, isBin }) => {
        return [role, pathHashPrefixes, paths, isBin];
      }),
      Object.entries(halves).map(([name, digits]) => [name, digits, undefined, false]),
    );
    const asked = await requestsOf(() => audit.target(path));
    assert.deepEqual(asked, ['metadata/1.high.json']);
    const { vouchers } = (await audit.target(path)) ?? assert.fail('it is listed');
    assert.deepEqual(vouchers.at(-1)?.delegation?.pathHashPrefixes, ['9']);
  });

  /** A targets role that lists nothing yet. */
  function addRole(name: string, key: TestKey): void {
    const { repository } = scene();
    const { team } = Object.fromEntries(repository.roles);
    assert.ok(team);
    const delegations = { keys: {}, roles: [] };
    repository.roles.set(name, { ...team, version: 0, targets: {}, delegations });
    repository.signers.set(name, [key]);
  }

  function replaceDelegations(key: TestKey, more: JsonObject): void {
    const { targets, roles, snapshot } = scene().repository;
    delete (targets.delegations as JsonObject)['roles'];
    Object.assign(targets.delegations, { keys: { [key.keyid]: key.json }, ...more });
    roles.delete('team');
    delete snapshot.meta['team.json'];
  }
});

/** A target path with such a SHA-256. */
function pathWith(fits: (digest: string) => boolean): string {
  for (let at = 0; ; at += 1) {
    const path = `file-${at}`;
    if (fits(createHash('sha256').update(path).digest('hex'))) return path;
  }
}
