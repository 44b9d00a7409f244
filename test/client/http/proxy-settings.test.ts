import assert from 'node:assert/strict';
import { mayNeedProxy, proxyFor, type Environment } from '../../../client/http/proxy-settings.ts';
import { throwsFault } from '../../kit/faults.ts';

const chosen = (url: string, env: Environment) => proxyFor(new URL(url), env)?.url;

describe('the proxy of a request', () => {
  it('is the one of its protocol, else the one of all', () => {
    const env = { http_proxy: 'http://a:1', https_proxy: 'http://b:2', all_proxy: 'http://c:3' };
    assert.equal(chosen('http://x/', env), 'http://a:1');
    assert.equal(chosen('https://x/', env), 'http://b:2');
    assert.equal(chosen('https://x/', { http_proxy: 'http://a:1' }), undefined);
    assert.equal(chosen('https://x/', { ALL_PROXY: 'http://c:3' }), 'http://c:3');
    assert.equal(mayNeedProxy({ ALL_PROXY: 'http://c:3' }), true);
    assert.equal(mayNeedProxy({ NO_PROXY: '*', HTTPS_PROXY: '' }), false);
  });

  it('is taken from small letters before capitals, and an empty variable counts as none', () => {
    assert.equal(chosen('https://x/', { https_proxy: 'a:1', HTTPS_PROXY: 'b:2' }), 'http://a:1');
    assert.equal(chosen('https://x/', { https_proxy: '', HTTPS_PROXY: 'b:2' }), 'http://b:2');
    assert.equal(chosen('https://x/', { HTTPS_PROXY: '', ALL_PROXY: '' }), undefined);
  });

  it('is never what a stranger sent to a CGI program as a header (CVE-2016-5385)', () => {
    const env = { REQUEST_METHOD: 'GET', HTTP_PROXY: 'http://evil:1' };
    assert.equal(chosen('http://x/', env), undefined);
    assert.equal(chosen('http://x/', { ...env, http_proxy: 'a:1' }), 'http://a:1');
    assert.equal(chosen('https://x/', { ...env, HTTPS_PROXY: 'a:1' }), 'http://a:1');
  });

  it('has the usual port and form, and a name and a password that messages leave out', () => {
    const parsed = (value: string) => proxyFor(new URL('https://x/'), { HTTPS_PROXY: value });
    assert.deepEqual(parsed('proxy'), {
      ...{ protocol: 'http:', hostname: 'proxy', port: 80, url: 'http://proxy' },
    });
    assert.deepEqual(parsed('https://[::1]/'), {
      ...{ protocol: 'https:', hostname: '::1', port: 443, url: 'https://[::1]' },
    });
    assert.deepEqual(parsed('http://al%40ice:p%3Aw@proxy:3128'), {
      ...{ protocol: 'http:', hostname: 'proxy', port: 3128, url: 'http://proxy:3128' },
      authorization: `Basic ${Buffer.from('al@ice:p:w').toString('base64')}`,
    });
  });

  it('must be an http proxy, and the message does not give its password away', () => {
    for (const value of ['socks5://u:secret@p:1', 'http://u:secret@', 'http://u:secret%zz@p']) {
      const error = throwsFault('client.configuration', () =>
        proxyFor(new URL('https://x/'), { ALL_PROXY: value }),
      );
      assert.equal(error.where, 'ALL_PROXY');
      assert.doesNotMatch(`${error.message}${error.hint ?? ''}`, /secret/);
    }
  });
});

describe('NO_PROXY', () => {
  const isExempt = (url: string, NO_PROXY: string) =>
    chosen(url, { HTTP_PROXY: 'p:1', HTTPS_PROXY: 'p:1', NO_PROXY }) === undefined;
  const cases: readonly [entry: string, exempts: readonly string[], not: readonly string[]][] = [
    ['*', ['https://a.example', 'http://[::1]'], []],
    ['', [], ['http://a.example']],
    [' , ', [], ['http://a.example']],
    [
      'a.example',
      ['https://a.example', 'https://x.a.example', 'https://A.example.'],
      ['http://ba.example'],
    ],
    ['.a.example', ['https://x.a.example', 'https://a.example'], ['https://xa.example']],
    ['*.a.example', ['https://x.a.example'], ['https://xa.example']],
    ['x,  A.EXAMPLE y', ['http://a.example', 'http://y', 'http://x'], ['http://z']],
    ['a.example:8443', ['https://a.example:8443'], ['https://a.example', 'http://a.example:844']],
    ['a.example:443', ['https://a.example'], ['http://a.example']],
    ['10.0.0.1', ['http://10.0.0.1', 'http://10.0.0.1:8080'], ['http://10.0.0.11', 'http://x']],
    ['127.0.0.1:80', ['http://127.1'], ['https://127.0.0.1']],
    ['10.0.0.0/8', ['http://10.200.3.4'], ['http://11.0.0.1', 'http://a.example', 'http://[::1]']],
    ['0.0.0.0/0', ['http://9.9.9.9'], ['http://a.example']],
    ['::1', ['http://[::1]', 'http://[0:0::1]'], ['http://[::2]']],
    ['[::1]:8080', ['http://[::1]:8080'], ['http://[::1]']],
    ['fd00::/8', ['https://[fd12::9]'], ['https://[fe80::9]', 'https://10.0.0.1']],
    ['10.0.0.0/33,10.0.0.0/,10.0.0.0/8/8,/8', [], ['http://10.0.0.0']],
  ];
  for (const [entry, exempts, not] of cases) {
    it(`'${entry}' exempts ${exempts.join(' ') || 'nothing'}`, () => {
      for (const url of exempts) assert.equal(isExempt(url, entry), true, url);
      for (const url of not) assert.equal(isExempt(url, entry), false, url);
    });
  }

  it('is read in small letters first', () => {
    const env = { HTTPS_PROXY: 'p:1', no_proxy: 'a', NO_PROXY: 'b' };
    assert.equal(chosen('https://a/', env), undefined);
    assert.equal(chosen('https://b/', env), 'http://p:1');
  });
});
