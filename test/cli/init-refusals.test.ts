import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Code } from '../../core/error/codes.ts';
import { assertRefused, cliSandbox, type CliSandbox } from '../kit/cli.ts';
import { makePlainKeys } from '../kit/cli-home.ts';

const root = ['--root-key', 'file:alice.json', '--root-key', 'file:bob.json'];
const targets = ['--targets-key', 'file:alice.json'];
const online = ['--online-key', 'file:online.json'];

interface Refusal {
  readonly what: string;
  readonly options: readonly string[];
  readonly status: number;
  readonly code: Code;
}

const refusals: readonly Refusal[] = [
  {
    what: 'one key given twice for root',
    options: [...root, '--root-key', 'alice.pub', ...targets, ...online],
    status: 1,
    code: 'key.same-key',
  },
  {
    what: 'one key given twice for targets',
    options: [...root, ...targets, ...targets, ...online],
    status: 1,
    code: 'key.same-key',
  },
  {
    what: "a root admin's key as online key",
    options: [...root, ...targets, '--online-key', 'file:bob.json'],
    status: 1,
    code: 'key.shared-online',
  },
  {
    what: 'the online key as one of targets',
    options: [...root, ...targets, '--targets-key', 'online.pub', ...online],
    status: 1,
    code: 'key.shared-online',
  },
  {
    what: 'a threshold above the number of keys',
    options: [...root, '--root-threshold', '3', ...targets, ...online],
    status: 2,
    code: 'usage.argument',
  },
  {
    what: 'fewer private keys than the threshold',
    options: ['--root-key', 'file:alice.json', '--root-key', 'bob.pub', ...targets, ...online],
    status: 2,
    code: 'usage.argument',
  },
  {
    what: "a root threshold below the policy's",
    options: ['--root-key', 'file:alice.json', ...targets, ...online],
    status: 2,
    code: 'usage.argument',
  },
  {
    what: 'a life beyond what the policy allows',
    options: [...root, ...targets, ...online, '--root-expires-days', '401'],
    status: 2,
    code: 'usage.argument',
  },
  {
    what: 'an address that is none',
    options: [...root, ...targets, ...online, '--content-listen', 'somewhere'],
    status: 2,
    code: 'usage.argument',
  },
  {
    what: 'a port beyond the last',
    options: [...root, ...targets, ...online, '--content-listen', '127.0.0.1:99999'],
    status: 2,
    code: 'usage.argument',
  },
  {
    what: 'a port just beyond the last',
    options: [...root, ...targets, ...online, '--console-listen', '127.0.0.1:65536'],
    status: 2,
    code: 'usage.argument',
  },
  {
    what: 'a name that metadata cannot carry',
    options: [...root, ...targets, ...online, '--repository', 'a/b'],
    status: 2,
    code: 'usage.argument',
  },
  {
    what: 'an allowed path that lies in metadata/',
    options: [...root, ...targets, ...online, '--allowed-path', 'metadata/x'],
    status: 1,
    code: 'policy.form',
  },
  {
    what: 'a missing option where there is no terminal to ask on',
    options: [...root, ...targets],
    status: 2,
    code: 'usage.no-terminal',
  },
  {
    what: 'a file that is no public key',
    options: [...root, '--root-key', 'nonsense', ...targets, ...online],
    status: 1,
    code: 'key.form',
  },
  {
    what: 'a key URI that is none',
    options: [...root, ...targets, '--online-key', 'pkcs11:object=online'],
    status: 2,
    code: 'signer.uri',
  },
];

describe('tuf-on-git init refuses', () => {
  let sandbox: CliSandbox;
  let atFirst: readonly string[];

  before(async () => {
    sandbox = await cliSandbox();
    await makePlainKeys(sandbox, ['alice', 'bob', 'online']);
    await writeFile(path.join(sandbox.dir, 'nonsense'), 'nonsense');
    atFirst = await sandbox.files();
  });
  after(() => sandbox.remove());
  afterEach(async () => {
    assert.deepEqual(await sandbox.files(), atFirst, 'something is left on disk');
  });

  for (const { what, options, status, code } of refusals) {
    it(what, async () => {
      assertRefused(await sandbox.run(['init', 'home', ...options]), status, code);
    });
  }

  it('a folder that is not there to make HOME in', async () => {
    const run = await sandbox.run(['init', 'no/home', ...root, ...targets, ...online]);
    assertRefused(run, 2, 'home.missing');
  });
});
