import assert from 'node:assert/strict';
import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Code } from '../../core/error/codes.ts';
import { generateKey } from '../../core/signers/open-signer.ts';
import { assertRefused, cliSandbox, type CliSandbox } from '../kit/cli.ts';
import { initOptions, makePlainKeys } from '../kit/cli-home.ts';
import { rawKeyPair, withRawSession } from '../kit/raw-token.ts';
import { createToken, softHsmAvailable, type TestToken } from '../kit/softhsm.ts';

/** What people get wrong: one line that names the thing, and everything on disk as it was. */
describe('bad input', () => {
  let sandbox: CliSandbox;
  let atFirst: readonly string[];

  before(async () => {
    sandbox = await cliSandbox();
    await makePlainKeys(sandbox, ['bob', 'carol', 'online']);
    await writeSecret('right', 'the right passphrase');
    await writeSecret('wrong', 'another passphrase');
    await writeSecret('open', 'the right passphrase', 0o644);
    await generateKey('file:alice.json?pin-source=file:right', 'ed25519', { folder: sandbox.dir });
    atFirst = await sandbox.files();
  });
  after(() => sandbox.remove());
  afterEach(async () => {
    assert.deepEqual(await sandbox.files(), atFirst, 'something has changed on disk');
  });

  async function writeSecret(name: string, text: string, mode = 0o600): Promise<void> {
    const file = path.join(sandbox.dir, name);
    await writeFile(file, `${text}\n`, { mode });
    await chmod(file, mode);
  }

  describe('on the command line', () => {
    const wrong = {
      'an unknown command': ['serv', 'home'],
      'an unknown option': ['serve', 'home', '--jsonready'],
      'a missing argument': ['token', 'add', 'home'],
      'an argument too many': ['serve', 'home', 'another'],
      'no number': ['token', 'add', 'home', 'alice', '--expires', 'ten'],
      'a number too small': ['init', 'home', '--root-threshold', '0'],
      'a digest that is none': ['trust', 'http://127.0.0.1', '--sha256', 'abc'],
      'a choice that is none': ['key', 'generate', 'file:new.json', '--type', 'dsa'],
    };
    for (const [what, args] of Object.entries(wrong)) {
      it(`${what} is one line and status 2`, async () => {
        const { status, stdout, stderr } = await sandbox.run(args);
        assert.match(stderr, /^tuf-on-git: [^\n]+\n$/);
        assert.equal(stdout, '');
        assert.equal(status, 2);
      });
    }
  });

  describe('HOME', () => {
    for (const args of [
      ['serve', 'nowhere'],
      ['verify', 'nowhere'],
      ['token', 'add', 'nowhere', 'alice'],
      ['token', 'list', 'nowhere'],
      ['token', 'revoke', 'nowhere', 'alice'],
    ]) {
      it(`that is not there: ${args.join(' ')}`, async () => {
        assertRefused(await sandbox.run(args), 2, 'home.missing');
      });
    }
  });

  describe('file keys', () => {
    const init = (aliceKey: string) =>
      sandbox.run(
        ['init', 'home', ...initOptions].map((arg) => (arg === 'file:alice.json' ? aliceKey : arg)),
      );
    const wrong: readonly (readonly [string, string, number, Code])[] = [
      ['a wrong passphrase', 'file:alice.json?pin-source=file:wrong', 1, 'signer.passphrase'],
      ['nobody to ask for the passphrase', 'file:alice.json', 2, 'usage.no-terminal'],
      [
        'a passphrase open to others',
        'file:alice.json?pin-source=file:open',
        2,
        'signer.pin-source',
      ],
      ['a missing passphrase', 'file:alice.json?pin-source=file:none', 2, 'signer.pin-source'],
      ['a missing key', 'file:nobody.json', 2, 'signer.key-not-found'],
      ['a file that is no key', 'file:right', 2, 'signer.key-file'],
    ];
    for (const [what, key, status, code] of wrong) {
      it(what, async () => {
        assertRefused(await init(key), status, code);
      });
    }
  });

  describe('keys in a token', () => {
    let token: TestToken | undefined;
    before(function () {
      if (!softHsmAvailable()) this.skip();
      token = createToken();
      token.use();
      withRawSession(token, (lib, session) => {
        rawKeyPair(lib, session, 'online');
        rawKeyPair(lib, session, 'twin', { id: '02' });
        rawKeyPair(lib, session, 'twin', { id: '03' });
      });
    });
    after(() => {
      token?.dispose();
    });

    interface TokenInit {
      readonly object?: string;
      readonly label?: string;
      readonly pinFile?: string;
      readonly module?: string | undefined;
    }

    /** `init` with an online key in the token, where nothing is wrong but what is given. */
    function init(wrong: TokenInit) {
      assert.ok(token);
      const { object, label, pinFile, module } = {
        ...{ object: 'online', label: token.label, pinFile: token.pinFile, module: token.module },
        ...wrong,
      };
      const uri = `pkcs11:token=${label};object=${object}?pin-source=file:${pinFile}`;
      const options = initOptions.map((arg) => (arg === 'file:online.json' ? uri : arg));
      const alice = 'file:alice.json?pin-source=file:right';
      return sandbox.run(
        [
          ...['init', 'home', ...options].map((arg) => (arg === 'file:alice.json' ? alice : arg)),
          ...(module === undefined ? [] : ['--pkcs11-module', module]),
        ],
        { env: token.env },
      );
    }

    it('no module', async () => {
      assertRefused(await init({ module: undefined }), 2, 'signer.module');
    });

    it('a module that is not there', async () => {
      const run = await init({ module: '/nowhere/libpkcs11.so' });
      assertRefused(run, 2, 'signer.module');
      assert.match(run.stderr, /\/nowhere\/libpkcs11\.so/);
    });

    it('a file that is no module', async () => {
      assertRefused(await init({ module: path.join(sandbox.dir, 'bob.pub') }), 2, 'signer.module');
    });

    it('a token that is not there', async () => {
      assertRefused(await init({ label: 'nowhere' }), 2, 'signer.token');
    });

    it('a key that is not there', async () => {
      assertRefused(await init({ object: 'nobody' }), 2, 'signer.key-not-found');
    });

    it('two keys with one label', async () => {
      assertRefused(await init({ object: 'twin' }), 2, 'signer.key-ambiguous');
    });

    it('a missing PIN file', async () => {
      assertRefused(await init({ pinFile: '/nowhere/pin' }), 2, 'signer.pin-source');
    });

    it('a wrong PIN', async () => {
      const pinFile = path.join(sandbox.dir, 'wrong');
      assertRefused(await init({ pinFile }), 1, 'signer.pin');
    });
  });
});
