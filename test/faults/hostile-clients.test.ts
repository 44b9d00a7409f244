import assert from 'node:assert/strict';
import { targetUrl } from '../kit/target-url.ts';
import { startDaemonProgram, type DaemonProgram } from '../kit/daemon-program.ts';
import { makeHome, type TestHome } from '../kit/home.ts';
import { peakMib } from '../kit/peak-memory.ts';
import { rawRequest } from '../kit/raw-request.ts';
import { rawClients } from './kit/raw-clients.ts';

const timestamp = '/metadata/timestamp.json';
const request = (path: string, ...headers: string[]) =>
  ['GET ' + path + ' HTTP/1.1', 'Host: x', ...headers, '', ''].join('\r\n');
const targetBytes = 16 << 20;
/** Of the daemon, whatever is done to it: it needs a fourth of that for itself. */
const mostMib = 400;

describe('clients that mean harm', () => {
  let home: TestHome;
  let daemon: DaemonProgram;
  let target = '';

  before(async () => {
    home = await makeHome();
    const path = await home.release('2.0.0', 'x'.repeat(targetBytes));
    target = targetUrl(home.tree, path);
    daemon = await startDaemonProgram(home);
  });
  after(async () => {
    await daemon.stop();
    await home.remove();
  });
  afterEach(async () => {
    const peak = await peakMib(daemon.pid);
    assert.ok(peak < mostMib, `${peak} MiB`);
  });

  /** Others are served all the while, and once more when it is over. */
  const whileOthersRead = async (attack: Promise<unknown>): Promise<void> => {
    const over = attack.then(() => true);
    const pause = () => new Promise((resolve) => setImmediate(resolve, false));
    do {
      assert.equal((await rawRequest(daemon.content, timestamp)).status, 200);
      assert.equal((await rawRequest(daemon.console, '/healthz')).status, 200);
    } while (!(await Promise.race([over, pause()])));
    const part = await rawRequest(daemon.content, target, { headers: { Range: 'bytes=-9' } });
    assert.equal(part.body.toString(), 'xxxxxxxxx');
  };

  it('are cut off when they send a request drop by drop', async () => {
    for (const url of [daemon.content, daemon.console]) {
      const clients = await rawClients(url, 200, `GET ${timestamp} HTTP/1.1\r\nHost: x\r\n`);
      const drops = setInterval(() => {
        for (const socket of clients.sockets) socket.write('X-A: b\r\n');
      }, 500);
      await whileOthersRead(clients.ended).finally(() => {
        clearInterval(drops);
      });
      for (const answer of clients.answers()) assert.match(answer, /^(HTTP\/1\.1 408 |$)/);
    }
  });

  it('hold no memory worth the name when they do not read what they ask for', async () => {
    const clients = await rawClients(daemon.content, 500, request(target), false);
    await whileOthersRead(Promise.resolve());
    clients.destroy();
    await whileOthersRead(clients.ended);
  });

  it('hold none when they ask a thousand times and read nothing', async () => {
    const asked = request(timestamp).repeat(1000);
    const clients = await rawClients(daemon.content, 50, asked, false);
    await whileOthersRead(Promise.resolve());
    clients.destroy();
    await whileOthersRead(clients.ended);
  });

  it('keep nobody out with 5,000 connections on which they say nothing', async () => {
    const clients = await rawClients(daemon.content, 5_000);
    await whileOthersRead(clients.ended);
  });

  it('are cut off when their headers have no end', async () => {
    for (const url of [daemon.content, daemon.console]) {
      const flood = `GET / HTTP/1.1\r\n${'X-Flood: and on and on\r\n'.repeat(10_000)}`;
      const clients = await rawClients(url, 50, flood);
      await whileOthersRead(clients.ended);
      for (const answer of clients.answers()) assert.match(answer, /^(HTTP\/1\.1 431 |$)/);
    }
  });

  it('are cut off when they send a GET with a body that has no end', async () => {
    const body = 'a'.repeat(1 << 20);
    const chunk = `${body.length.toString(16)}\r\n${body}\r\n`.repeat(8);
    const asked = request(target, 'Transfer-Encoding: chunked') + chunk;
    const clients = await rawClients(daemon.content, 20, asked);
    await whileOthersRead(clients.ended);
    for (const answer of clients.answers()) assert.match(answer, /^(HTTP\/1\.1 400 |$)/);
  });

  const absurd = [
    `bytes=${'0-0,'.repeat(3_000)}1-1`,
    'bytes=18446744073709551615-18446744073709551616',
    'bytes=-18446744073709551616',
    'bytes=0-0x10',
    'bytes=1e3-',
    'bytes=--1',
    'bytes= 0-1',
    'bytes=0-1;2-3',
    'bytes 0-1/2',
    '\u00ff=0-1',
    'b'.repeat(8_000),
  ];
  it('get the whole or nothing for an absurd range', async () => {
    for (const Range of absurd) {
      const clients = await rawClients(
        daemon.content,
        1,
        Buffer.from(request(target, `Range: ${Range}`, 'Connection: close'), 'latin1'),
      );
      await clients.ended;
      assert.match(clients.answers().join(), /^HTTP\/1\.1 (200|416) /, Range.slice(0, 30));
    }
  });

  const dots = [
    '..',
    '%2e%2e',
    '.%2e',
    '%252e%252e',
    '%c0%ae%c0%ae',
    '..;',
    '%uff0e%uff0e',
    '..%00',
  ];
  const slashes = ['/', '%2f', '%252f', '%5c', '\\', '%c0%af', '//'];
  it('find no file outside of what is published, however they write its path', async () => {
    const wanted = ['config.json', 'tokens.json', 'signer/online.json', 'repository.git/HEAD'];
    for (const file of [...wanted, 'etc/passwd']) {
      for (const dot of dots) {
        for (const slash of slashes) {
          const up = `${dot}${slash}`;
          const paths = [
            `/${up}${file}`,
            `/targets/${up}${up}${file}`,
            `/metadata/${up}${up}${file}`,
          ];
          for (const path of [...paths, `/${up.repeat(9)}${file}`]) {
            const { status } = await rawRequest(daemon.content, path);
            assert.equal(status, 404, path);
          }
        }
      }
    }
  });

  it('change nothing with other methods', async () => {
    const methods = ['POST', 'PUT', 'DELETE', 'PATCH', 'MKCOL', 'PURGE', 'TRACE', 'OPTIONS'];
    for (const method of methods) {
      for (const path of ['/', timestamp, target]) {
        const { status } = await rawRequest(daemon.content, path, { method });
        assert.equal(status, 405, `${method} ${path}`);
      }
    }
    for (const first of [
      'CONNECT a:1 HTTP/1.1',
      'NONE / HTTP/1.1',
      'GET / HTTP/9.9',
      'GET\t/',
      '',
    ]) {
      const clients = await rawClients(daemon.content, 1, `${first}\r\nHost: x\r\n\r\n`);
      await whileOthersRead(clients.ended);
      assert.match(clients.answers().join(), /^(HTTP\/1\.1 400 |$)/, first);
    }
  });
});
