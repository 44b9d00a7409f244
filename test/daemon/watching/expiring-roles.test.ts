import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pino } from 'pino';
import type { JsonObject } from '../../../core/metadata/json.ts';
import { askApi } from '../../kit/api.ts';
import { daemonSuite } from '../../kit/daemon.ts';
import { eventPushes, release as newRelease } from '../../kit/signing-events.ts';
import { daysAhead, nextVersion, signedOf, type TestHome } from '../../kit/home.ts';
import { metricsOf } from '../../kit/metrics.ts';
import { cloneAt, runGit } from '../../kit/git.ts';
import { installHomeHooks } from '../../kit/home-hooks.ts';
import { until } from '../../kit/until.ts';
import { webhookReceiver, type WebhookReceiver } from '../../kit/webhook-receiver.ts';

describe('an offline role that nears its expiry', () => {
  const suite = daemonSuite();
  let receiver: WebhookReceiver;
  beforeEach(async () => {
    receiver = await webhookReceiver();
  });
  afterEach(() => receiver.close());

  /** Alice asks for 25 days and has 20, bob for 10; targets says nothing of it. */
  const made = async () => {
    const home = await suite.home({
      config: { webhook: { url: receiver.url, secretFile: 'webhook.secret' } },
    });
    await writeFile(path.join(home.dir, 'webhook.secret'), 'x'.repeat(32), { mode: 0o600 });
    await expiring(home, 'alice', { 'x-tuf-on-ci-signing-period': 25 });
    await expiring(home, 'bob', { 'x-tuf-on-ci-signing-period': 10 });
    return home;
  };
  const told = (type: string) => receiver.taken.filter((message) => message.type === type);

  it('is announced by the log, readyz, metrics, status and webhook, and once', async () => {
    const home = await made();
    const warned: unknown[] = [];
    const write = (text: string) => {
      const { level, role } = JSON.parse(text) as { level: number; role?: string };
      if (level === 40 && role !== undefined) warned.push(role);
    };
    const daemon = await suite.serve(home, { makeLog: () => pino({ level: 'info' }, { write }) });
    await daemon.reconcile();
    const { ready, expiring: due } = daemon.readiness();
    assert.equal(ready, true);
    assert.deepEqual(
      due.map(({ role, version }) => [role, version]),
      [['alice', 2]],
    );
    assert.equal((await metricsOf(daemon))('tuf_roles_signing_due'), 1);
    const roles = await statusRoles(daemon);
    assert.equal(roles.get('alice')?.['signingDue'], true);
    assert.equal(roles.get('bob')?.['signingDue'], false);
    assert.equal(roles.get('timestamp')?.['signFrom'], undefined);
    const later = await statusRoles(daemon, `?validAt=${daysAhead(15)}`);
    assert.equal(later.get('bob')?.['signingDue'], true);
    await until('it is told', () => told('roles.expiring').length === 1);
    const [notice] = told('roles.expiring');
    const expires = (signedOf(home.tree, 'alice')['expires'] as string).replace('Z', '.000Z');
    assert.deepEqual(notice?.data, {
      roles: [{ role: 'alice', version: 2, expires, expired: false }],
      more: 0,
    });
    assert.deepEqual(warned, ['alice']);
  });

  it('is no longer when its next version is out, and is again when that nears its end', async () => {
    const home = await made();
    const daemon = await suite.serve(home);
    await home.release('1.1.0');
    await daemon.reconcile();
    assert.deepEqual(daemon.readiness().expiring, []);
    assert.equal((await metricsOf(daemon))('tuf_roles_signing_due'), 0);
    await expiring(home, 'alice', {});
    await daemon.reconcile();
    assert.deepEqual(
      daemon.readiness().expiring.map(({ role, version }) => [role, version]),
      [['alice', 4]],
    );
  });

  it('is announced as early as the settings say where it does not say itself', async () => {
    const home = await suite.home({ config: { expiryNoticeDays: 300 } });
    await expiring(home, 'alice', { 'x-tuf-on-ci-signing-period': 1 });
    await expiring(home, 'bob', { 'x-tuf-on-ci-expiry-period': 30 });
    const daemon = await suite.serve(home);
    assert.deepEqual(daemon.readiness().expiring, []);
    await expiring(home, 'bob', {}, ['x-tuf-on-ci-expiry-period']);
    await daemon.reconcile();
    assert.deepEqual(
      daemon.readiness().expiring.map(({ role }) => role),
      ['bob'],
    );
  });

  it('tells of events that wait for signatures, once for each signature', async () => {
    const home = await made();
    await installHomeHooks(home.paths);
    const daemon = await suite.serve(home);
    const dir = path.join(home.dir, 'clone');
    await runGit(['clone', '--quiet', home.paths.repository, dir]);
    const pushes = eventPushes(cloneAt(dir));
    const pushed = await pushes.push('release', (tree) => newRelease(tree, 'alice', '1.1.0'));
    assert.equal(pushed.status, 0, pushed.stderr);
    await daemon.reconcile();
    await daemon.reconcile();
    await until('it is told', () => told('event.waiting').length === 1);
    const [notice] = told('event.waiting');
    assert.equal(notice?.data['event'], 'release');
    const [role] = notice.data['roles'] as JsonObject[];
    assert.equal(role?.['role'], 'alice');
    assert.match(role['signatures'] as string, /^0 of 1 signature/);
    assert.equal((await metricsOf(daemon))('tuf_events_waiting'), 1);
  });
});

/** Commits a next version of a role that lives for 20 days, with fields put in and others left out. */
async function expiring(
  home: TestHome,
  role: 'alice' | 'bob',
  fields: JsonObject,
  without: readonly string[] = [],
): Promise<void> {
  await home.commit((tree) => {
    nextVersion(tree, role, (signed) => {
      const kept = Object.entries(signed).filter(([name]) => !without.includes(name));
      return { ...Object.fromEntries(kept), ...fields, expires: daysAhead(20) };
    });
  });
}

async function statusRoles(
  daemon: Parameters<typeof askApi>[0],
  query = '',
): Promise<ReadonlyMap<string, JsonObject>> {
  const { json } = await askApi(daemon, `/status${query}`);
  return new Map((json['roles'] as JsonObject[]).map((role) => [role['role'] as string, role]));
}
