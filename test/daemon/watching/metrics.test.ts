import assert from 'node:assert/strict';
import { rename } from 'node:fs/promises';
import path from 'node:path';
import { signedOf } from '../../kit/home.ts';
import { newFile, release } from '../../kit/changes.ts';
import { apiSuite, askApi, bodyOf, codesOf } from '../../kit/api.ts';
import { daemonSuite, fetchSigned } from '../../kit/daemon.ts';
import { installHomeHooks } from '../../kit/home-hooks.ts';
import { metricsOf } from '../../kit/metrics.ts';
import { cloneAt, runGit } from '../../kit/git.ts';
import { addToken } from '../../../core/home/tokens.ts';
import { putRole, people, type Tree } from '../../kit/source-tree.ts';
import { until } from '../../kit/until.ts';

const hourMs = 3_600_000;

describe('/metrics', () => {
  const suite = daemonSuite();
  const open = apiSuite();

  it('counts generations by their cause, and times each commit until clients can see it', async () => {
    const home = await suite.home();
    const daemon = await suite.serve(home);
    const before = await metricsOf(daemon);
    await home.release('1.1.0', 'late', new Date(Date.now() - 60_000));
    await daemon.reconcile();
    const metrics = await metricsOf(daemon);
    const more = (series: string) => (metrics(series) ?? 0) - (before(series) ?? 0);
    assert.equal(more('tuf_generations_total{cause="push"}'), 1);
    assert.equal(more('tuf_push_visible_seconds_count'), 1);
    assert.equal(more('tuf_push_visible_seconds_bucket{le="15"}'), 0);
    assert.equal(more('tuf_push_visible_seconds_bucket{le="300"}'), 1);
    assert.equal(metrics('tuf_ready'), 1);
  });

  it('counts renewals apart', async () => {
    const home = await suite.home();
    let now = new Date();
    const daemon = await suite.serve(home, { clock: { now: () => now } });
    now = new Date(now.getTime() + 9 * hourMs);
    await daemon.reconcile();
    const metrics = await metricsOf(daemon);
    assert.equal(metrics('tuf_generations_total{cause="renewal"}'), 1);
    assert.equal(metrics('tuf_role_version{role="timestamp"}'), 2);
  });

  it('tells how long each role is valid yet, less than nothing once it is expired', async () => {
    const home = await suite.home();
    let now = new Date();
    const daemon = await suite.serve(home, { clock: { now: () => now } });
    const left = async (role: string) =>
      (await metricsOf(daemon))(`tuf_role_expiry_seconds{role="${role}"}`);
    for (const role of ['root', 'targets', 'alice', 'bob', 'snapshot', 'timestamp']) {
      const signed =
        role === 'timestamp'
          ? await fetchSigned(daemon, 'timestamp.json')
          : role === 'snapshot'
            ? await fetchSigned(daemon, '1.snapshot.json')
            : signedOf(home.tree, role);
      const expires = Date.parse(signed['expires'] as string);
      assert.equal(await left(role), (expires - now.getTime()) / 1000, role);
    }
    now = new Date(now.getTime() + 400 * 24 * hourMs);
    assert.ok(((await left('alice')) ?? 0) < 0);
  });

  it('times the signer, and counts by code what it fails at; what waits for it is seen', async () => {
    const home = await suite.home();
    const keyFile = path.join(home.paths.signer, 'online.json');
    const first = await suite.serve(home);
    const metrics = await metricsOf(first);
    assert.ok((metrics('tuf_signer_request_seconds_count{ask="sign"}') ?? 0) >= 2);
    assert.equal(metrics('tuf_queue_depth{queue="commits"}'), 0);
    await first.close();
    await rename(keyFile, `${keyFile}.away`);
    const daemon = await suite.serve(home);
    await home.release('1.1.0');
    await home.release('1.2.0');
    await daemon.reconcile();
    const away = await metricsOf(daemon);
    const [reason] = daemon.readiness().reasons;
    assert.ok((away(`tuf_signer_errors_total{code="${reason?.code}"}`) ?? 0) >= 1);
    assert.equal(away(`tuf_alarm{code="${reason?.code}"}`), 1);
    assert.equal(away('tuf_ready'), 0);
    assert.equal(away('tuf_queue_depth{queue="commits"}'), 2);
    assert.equal(daemon.readiness().waitingCommits, 2);
    await rename(`${keyFile}.away`, keyFile);
    await daemon.reconcile();
    const back = await metricsOf(daemon);
    assert.equal(back('tuf_queue_depth{queue="commits"}'), 0);
    assert.equal(back(`tuf_alarm{code="${reason?.code}"}`), undefined);
  });

  it('counts by code what pushes and changes were refused for', async () => {
    const scene = await open();
    const { home, daemon } = scene;
    const refused = await scene.send(await bodyOf(home, unsigned));
    const [code] = codesOf(refused);
    assert.equal(code, 'role.threshold');
    const counted = async () =>
      (await metricsOf(daemon))('tuf_pushes_refused_total{code="role.threshold"}');
    assert.equal(await counted(), 1);
    const now = new Date();
    const expires = new Date(now.getTime() + hourMs);
    const token = await addToken(home.paths.tokens, {
      name: 'bob',
      scopes: ['git:push'],
      now,
      expires,
    });
    const dir = path.join(home.dir, 'clone');
    await runGit(['clone', '--quiet', `${daemon.console}/repository.git`, dir]);
    const clone = cloneAt(dir);
    const tree: Tree = new Map(home.tree);
    unsigned(tree);
    for (const [file, bytes] of tree) await clone.write(file, bytes);
    await clone.commit('unsigned');
    const basic = Buffer.from(`x:${token}`).toString('base64');
    const header = `http.extraHeader=Authorization: Basic ${basic}`;
    assert.notEqual((await clone.git('-c', header, 'push', '--quiet')).status, 0);
    await until('the push is counted', async () => (await counted()) === 2);
  });

  it('counts requests by listener, method and status, and rare methods together', async () => {
    const home = await suite.home();
    await installHomeHooks(home.paths);
    const daemon = await suite.serve(home);
    const head = { method: 'HEAD' };
    await (await fetch(`${daemon.content}/metadata/timestamp.json`, head)).text();
    await (await fetch(`${daemon.content}/metadata/99.root.json`)).text();
    await (await fetch(`${daemon.content}/metadata/99.root.json`, { method: 'DELETE' })).text();
    await askApi(daemon, '/status');
    const metrics = await metricsOf(daemon);
    const requests = (labels: string) => metrics(`tuf_http_requests_total{${labels}}`);
    assert.equal(requests('listener="content",method="HEAD",status="200"'), 1);
    assert.equal(requests('listener="content",method="GET",status="404"'), 1);
    assert.equal(requests('listener="content",method="other",status="405"'), 1);
    assert.equal(requests('listener="console",method="GET",status="200"'), 1);
  });
});

/** Alice's next version, signed by nobody who may. */
function unsigned(tree: Tree): void {
  release(newFile)(tree, []);
  putRole(tree, 'alice', signedOf(tree, 'alice'), [people.bob]);
}
