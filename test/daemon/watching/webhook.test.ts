import assert from 'node:assert/strict';
import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { systemClock } from '../../../daemon/clock.ts';
import { makeLog } from '../../../daemon/log.ts';
import { Backoff } from '../../../daemon/reconcile/backoff.ts';
import type { Notice } from '../../../daemon/watching/notices.ts';
import { Webhook, type WebhookOptions } from '../../../daemon/watching/webhook.ts';
import { daemonSuite, statusOf } from '../../kit/daemon.ts';
import { rejectsWithFault } from '../../kit/faults.ts';
import type { TestHome } from '../../kit/home.ts';
import { metricsOf } from '../../kit/metrics.ts';
import { until } from '../../kit/until.ts';
import { assertSigned, webhookReceiver, type WebhookReceiver } from '../../kit/webhook-receiver.ts';

const secret = Buffer.alloc(32, 7);
const over = (subject: 'tip' | 'signer'): Notice => ({ type: 'alarm.over', subject });

describe('the webhook', () => {
  const suite = daemonSuite();
  let receiver: WebhookReceiver;
  let webhook: Webhook | undefined;
  beforeEach(async () => {
    receiver = await webhookReceiver();
  });
  afterEach(async () => {
    await webhook?.close();
    await receiver.close();
  });

  const open = (url: string, options: Partial<WebhookOptions> = {}): Webhook => {
    const backoff = new Backoff({ firstMs: 1, longestMs: 10 });
    const log = makeLog('silent', false);
    webhook = new Webhook({ url, secret, clock: systemClock, log, backoff, ...options });
    return webhook;
  };
  const taken = (count: number) => until('it is told', () => receiver.taken.length === count);

  it('tells each notice in its order, signed over its id, its time and its body', async () => {
    const hook = open(receiver.url);
    hook.send(over('tip'));
    hook.send(over('signer'));
    await taken(2);
    assert.deepEqual(
      receiver.taken.map(({ type, data }) => [type, data]),
      [
        ['alarm.over', { subject: 'tip' }],
        ['alarm.over', { subject: 'signer' }],
      ],
    );
    for (const message of receiver.taken) assertSigned(message, secret);
    const [first, second] = receiver.taken.map(({ headers }) => headers['webhook-id']);
    assert.notEqual(first, second);
  });

  it('goes on where a receiver was down, and is the same message when it is sent again', async () => {
    const port = Number(new URL(receiver.url).port);
    await receiver.close();
    const attempts: string[] = [];
    const hook = open(receiver.url, { ended: (outcome) => attempts.push(outcome) });
    hook.send(over('tip'));
    hook.send(over('signer'));
    await until('it was tried', () => attempts.length >= 2);
    receiver = await webhookReceiver(port);
    receiver.answer(500);
    await until('it was refused for now', () => receiver.received.length >= 2);
    receiver.answer(200);
    await taken(2);
    await until('nothing waits', () => hook.waiting === 0);
    const tips = receiver.received.filter(({ data }) => data['subject'] === 'tip');
    assert.equal(new Set(tips.map(({ headers }) => headers['webhook-id'])).size, 1);
    for (const message of receiver.received) assertSigned(message, secret);
  });

  it('does not send again what is refused for good, and follows no redirect', async () => {
    for (const status of [400, 404, 302]) {
      receiver.answer(status);
      const { length } = receiver.received;
      open(receiver.url).send(over('tip'));
      await until('it is over', () => webhook?.waiting === 0);
      assert.equal(receiver.received.length, length + 1);
    }
    assert.deepEqual(receiver.taken, []);
  });

  it('drops the oldest when too many wait, and ends at once when it is closed', async () => {
    receiver.answer('nothing');
    const outcomes: string[] = [];
    const hook = open(receiver.url, { ended: (outcome) => outcomes.push(outcome) });
    for (let count = 0; count < 300; count += 1) hook.send(over('tip'));
    assert.equal(hook.waiting, 256);
    assert.equal(outcomes.filter((outcome) => outcome === 'dropped').length, 44);
    await until('the first is under way', () => receiver.received.length === 1);
    await hook.close();
    hook.send(over('tip'));
    assert.equal(receiver.received.length, 1);
  });

  const hooked = async (text = `whsec_${secret.toString('base64')}\n`, mode = 0o600) => {
    const home = await suite.home({
      config: { webhook: { url: receiver.url, secretFile: 'webhook.secret' } },
    });
    await writeFile(path.join(home.dir, 'webhook.secret'), text, { mode });
    return home;
  };
  const told = (type: string) => receiver.taken.filter((message) => message.type === type);

  it('is told of generations and alarms by the daemon, and of their end', async () => {
    const home = await hooked();
    const daemon = await suite.serve(home);
    await until('the first is told', () => told('generation.published').length === 1);
    const [generation] = told('generation.published');
    assert.ok(generation);
    assertSigned(generation, secret);
    assert.equal(generation.data['commit'], await home.tip());
    await daemon.close();
    await hideKey(home);
    await suite.serve(home);
    await until('the alarm is told', () => told('alarm.raised').length === 1);
    const [alarm] = told('alarm.raised');
    const [finding] = alarm?.data['findings'] as { code: string; hint: string }[];
    assert.match(finding?.code ?? '', /^signer\./);
    assert.notEqual(finding?.hint ?? '', '');
    await showKey(home);
    await until('its end is told', () => told('alarm.over').length === 1);
  });

  it('is never in the way of publishing', async () => {
    receiver.answer('nothing');
    const home = await hooked();
    const daemon = await suite.serve(home);
    await home.release('1.1.0');
    await daemon.reconcile();
    assert.equal(await statusOf(daemon, '/metadata/2.alice.json'), 200);
    assert.equal((await metricsOf(daemon))('tuf_webhook_waiting'), 2);
  });

  it('asks for a secret that others cannot read, and that nobody guesses', async () => {
    const homes = [hooked('short'), hooked(secret.toString('hex'), 0o644)];
    for (const home of homes) {
      await rejectsWithFault('home.configuration', suite.serve(await home));
    }
  });
});

const keyFile = ({ paths }: TestHome) => path.join(paths.signer, 'online.json');

function hideKey(home: TestHome): Promise<void> {
  return rename(keyFile(home), `${keyFile(home)}.away`);
}

function showKey(home: TestHome): Promise<void> {
  return rename(`${keyFile(home)}.away`, keyFile(home));
}
