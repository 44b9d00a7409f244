import path from 'node:path';
import type { Home } from '../../core/home/home.ts';
import type { Clock } from '../clock.ts';
import type { Closers } from '../closers.ts';
import type { Log } from '../log.ts';
import type { Metrics } from './metrics.ts';
import type { Notify } from './notices.ts';
import { readWebhookSecret } from './webhook-secret.ts';
import { Webhook } from './webhook.ts';

interface Around {
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Log;
}

/** Tells notices to the webhook of the settings, or to nobody. @throws `home.missing`, `home.configuration` */
export function openWebhook(
  { config, paths }: Home,
  { metrics, clock, log }: Around,
  closers: Closers,
): Notify {
  if (config.webhook === undefined) return () => undefined;
  const { url, secretFile } = config.webhook;
  const secret = readWebhookSecret(path.resolve(paths.home, secretFile));
  const ended = metrics.counter(
    'tuf_webhook_attempts_total',
    'What became of attempts to tell a notice, and notices dropped',
    'outcome',
  );
  const webhook = new Webhook({ url, secret, clock, log, ended });
  closers.add(() => webhook.close());
  metrics.plainGauge(
    'tuf_webhook_waiting',
    'Notices that are not delivered yet',
    () => webhook.waiting,
  );
  return (notice) => {
    webhook.send(notice);
  };
}
