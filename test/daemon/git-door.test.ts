import { strict as assert } from 'node:assert';
import {
  gitServer,
  tokenOfAlice,
  tokenOfBob,
  typeOfFetch,
  typeOfPush,
  type GitServer,
} from '../kit/git-server.ts';
import { gitSandbox, type Clone, type GitSandbox } from '../kit/git.ts';

describe('the door of git over HTTP', () => {
  let sandbox: GitSandbox;
  let server: GitServer;
  let clone: Clone;

  before(async () => {
    sandbox = await gitSandbox();
    clone = await sandbox.clone();
    await clone.write('metadata/root.json', 'one');
    await clone.commit('one');
    await clone.ok('push', '--quiet', 'origin', 'HEAD:main');
    server = await gitServer(sandbox.bare);
  });

  after(async () => {
    await server.close();
    await sandbox.remove();
  });

  describe('for whoever knocks', () => {
    it('fetches without a token, unless one is asked for', async () => {
      await sandbox.ok(['ls-remote', server.url]);
      const closed = await gitServer(sandbox.bare, { fetch: 'token' });
      try {
        assert.equal((await sandbox.git(['ls-remote', closed.url])).status, 128);
        await sandbox.ok(['ls-remote', closed.url.replace('://', `://bob:${tokenOfBob}@`)]);
      } finally {
        await closed.close();
      }
    });

    for (const [what, authorization, status] of [
      ['no token', undefined, 401],
      ['a wrong token', 'Bearer tog_wrong', 401],
      ['a wrong password', basic('alice', 'tog_wrong'), 401],
      ['the token as user name', basic(tokenOfAlice, ''), 401],
      ['another scheme', `Digest ${tokenOfAlice}`, 401],
      ['a header that never ends', `Bearer ${'a'.repeat(4000)}`, 401],
      ['a token that may not push', `Bearer ${tokenOfBob}`, 403],
      ['a bearer token', `bearer ${tokenOfAlice}`, 200],
      ['a password', basic('whoever', tokenOfAlice), 200],
    ] as const) {
      it(`answers ${status} to a push with ${what}`, async () => {
        const headers = authorization === undefined ? {} : { Authorization: authorization };
        const refs = await server.ask('GET', '/info/refs?service=git-receive-pack', headers);
        assert.equal(refs.status, status);
        const post = await server.ask(
          'POST',
          '/git-receive-pack',
          { ...headers, ...typeOfPush },
          '0000',
        );
        assert.equal(post.status, status);
        const challenge = refs.headers['www-authenticate'];
        assert.equal(challenge?.startsWith('Basic realm="tuf-on-git"') ?? false, status === 401);
      });
    }

    it('tells plain git why', async () => {
      const url = server.url.replace('://', '://stranger:guess@');
      const push = await clone.git('push', url, 'HEAD:main');
      assert.match(push.stderr, /remote: a valid token is needed/);
    });

    it('never takes a token from the address', async () => {
      const query = '/info/refs?service=git-receive-pack';
      for (const more of [`&access_token=${tokenOfAlice}`, `&token=${tokenOfAlice}`, '&x']) {
        assert.equal((await server.ask('GET', query + more)).status, 400);
      }
      const post = await server.ask(
        'POST',
        `/git-receive-pack?token=${tokenOfAlice}`,
        typeOfPush,
        '0000',
      );
      assert.equal(post.status, 400);
    });
  });

  describe('beyond the smart protocol', () => {
    for (const path of [
      '/HEAD',
      '/config',
      '/info/refs',
      '/info/refs?service=',
      '/info/refs?service=upload-pack',
      '/objects/info/packs',
      '/objects/info/alternates',
      '/git-upload-archive',
      '/',
      '/../repository.git/HEAD',
      '/../../etc/passwd',
      '/%2e%2e/config',
      '/..%2fconfig',
      '/info%2frefs?service=git-upload-pack',
      '/info/../config',
      '//info/refs?service=git-upload-pack',
      '/info/refs%00?service=git-upload-pack',
      '/info/refs/?service=git-upload-pack',
    ]) {
      it(`finds nothing at ${path}`, async () => {
        assert.equal((await server.askRaw(`/repository.git${path}`)).status, 404);
      });
    }

    it('refuses other methods and other content', async () => {
      const refs = '/info/refs?service=git-upload-pack';
      assert.equal((await server.ask('POST', refs, {}, 'x')).status, 405);
      assert.equal((await server.ask('HEAD', refs)).status, 405);
      assert.equal((await server.ask('GET', '/git-upload-pack')).status, 405);
      assert.equal((await server.ask('POST', '/git-upload-pack', {}, '0000')).status, 415);
      const brotli = { ...typeOfFetch, 'Content-Encoding': 'br' };
      assert.equal((await server.ask('POST', '/git-upload-pack', brotli, '0000')).status, 415);
    });

    it('hands on what is not its own', async () => {
      assert.equal((await server.askRaw('/elsewhere')).body, 'Not Found');
      assert.equal((await server.askRaw('/repository.gitx/info/refs')).body, 'Not Found');
    });

    it('survives nonsense in place of git', async () => {
      const zipped = { ...typeOfFetch, 'Content-Encoding': 'gzip' };
      const answers = [
        await server.ask('POST', '/git-upload-pack', typeOfFetch, 'nonsense'),
        await server.ask('POST', '/git-upload-pack', zipped, 'not gzip'),
      ];
      assert.deepEqual(
        answers.map(({ body }) => body.includes('refs/heads/main')),
        [false, false],
      );
      await sandbox.ok(['ls-remote', server.url]);
    });
  });
});

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}
