import assert from 'node:assert/strict';
import { StatusError } from '../../client/fetcher.ts';
import { httpFetcher } from '../../client/http-fetcher.ts';
import { retryAfterMs } from '../../client/http/retry-after.ts';
import { defaultRetry, withRetries, type RetryPolicy } from '../../client/retry.ts';
import { fault } from '../../core/error/error.ts';
import { serveContent, type ContentServer } from '../kit/content-server.ts';
import { rejectsWithFault } from '../kit/faults.ts';
import { bodyOf } from '../kit/read-body.ts';

describe('a request that fails', () => {
  /** Notes the pauses and makes none. */
  function noting(): RetryPolicy & { readonly pauses: (readonly [number, number?])[] } {
    const pauses: (readonly [number, number?])[] = [];
    return {
      attempts: 3,
      pauses,
      pause: (failed, wishedMs) => {
        pauses.push(wishedMs === undefined ? [failed] : [failed, wishedMs]);
        return Promise.resolve();
      },
    };
  }
  const failing = (error: Error) => () => Promise.reject(error);

  it('is tried three times, and not where it would fail again', async () => {
    for (const [error, count] of [
      [fault('download.unreachable', 'x', 'x'), 2],
      [fault('download.too-slow', 'x', 'x'), 2],
      [new StatusError('x', 500), 2],
      [new StatusError('x', 429), 2],
      [new StatusError('x', 404), 0],
      [fault('download.certificate', 'x', 'x'), 0],
      [fault('download.proxy', 'x', 'x'), 0],
      [fault('download.redirected', 'x', 'x'), 0],
      [fault('download.too-long', 'x', 'x'), 0],
      [new RangeError('a defect'), 0],
    ] as const) {
      const policy = noting();
      await assert.rejects(withRetries(policy, failing(error)), error);
      assert.equal(policy.pauses.length, count, String(error));
    }
  });

  it('waits as long as the server asks for, unless that is too long', async () => {
    const patient = noting();
    const soon = new StatusError('x', 503, { retryAfterMs: 30_000 });
    await assert.rejects(withRetries(patient, failing(soon)), soon);
    assert.deepEqual(patient.pauses, [
      [1, 30_000],
      [2, 30_000],
    ]);
    const late = new StatusError('x', 503, { retryAfterMs: 31_000 });
    await assert.rejects(withRetries(noting(), failing(late)), { hint: /left alone for 31 s/ });
    const impatient = noting();
    await assert.rejects(withRetries(impatient, failing(late)), late);
    assert.deepEqual(impatient.pauses, []);
  });

  it('really waits', async () => {
    const started = performance.now();
    await defaultRetry.pause(1);
    await defaultRetry.pause(1, 300);
    assert.ok(performance.now() - started >= 440);
  });
});

describe('Retry-After', () => {
  let server: ContentServer;
  beforeEach(async () => {
    server = await serveContent(new Map());
  });
  afterEach(() => server.close());

  it('is handed on with the status', async () => {
    server.answers.set('file', (_, response) => {
      response.writeHead(503, { 'retry-after': '2' }).end();
    });
    const fetched = bodyOf(httpFetcher({ env: {} }), `${server.url}file`);
    const error = await rejectsWithFault('download.status', fetched);
    assert.ok(error instanceof StatusError);
    assert.equal(error.retryAfterMs, 2_000);
  });

  it('is a number of seconds, or a time by the server’s clock', () => {
    const date = 'Mon, 04 Jan 2027 09:00:00 GMT';
    assert.equal(retryAfterMs('0'), 0);
    assert.equal(retryAfterMs('120'), 120_000);
    assert.equal(retryAfterMs('Mon, 04 Jan 2027 09:00:05 GMT', date), 5_000);
    assert.equal(retryAfterMs('Mon, 04 Jan 2027 08:00:00 GMT', date), 0);
    assert.equal(retryAfterMs(undefined, date), undefined);
    for (const none of ['', '-1', 'soon', '9'.repeat(12)]) {
      assert.equal(retryAfterMs(none, date), undefined, none);
    }
    assert.ok((retryAfterMs('Fri, 01 Jan 2100 00:00:00 GMT') ?? 0) > 1_000_000);
  });
});
