import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { complete } from '../../cli/ceremony/ask.ts';
import type { Wishes } from '../../cli/ceremony/wishes.ts';
import { makeKey } from '../../cli/keys/make-key.ts';
import { openSigner } from '../../core/signers/open-signer.ts';
import { scriptedCli } from '../kit/scripted-cli.ts';

const wishes: Wishes = {
  rootExpiresDays: 365,
  targetsExpiresDays: 365,
  minRootThreshold: 2,
  hook: true,
};

describe('the questions of init', () => {
  let dir: string;

  before(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'tuf-on-git-ask-'));
    for (const name of ['alice', 'bob', 'online']) {
      const options = { unsafePlaintext: true, folder: dir };
      await makeKey(`file:${name}.json`, 'ed25519', options);
    }
    await writeFile(path.join(dir, 'pin'), 'a passphrase\n', { mode: 0o600 });
  });
  after(() => rm(dir, { recursive: true, force: true }));

  async function ask(given: Partial<Wishes>, ...answers: string[]) {
    const cli = scriptedCli(dir, answers);
    const access = { folder: dir, secret: cli.ask.secret };
    const chosen = await complete({ ...wishes, ...given }, '/srv/my repository', cli, access);
    assert.equal(cli.asked.length, answers.length, 'more was answered than asked');
    return { chosen, cli };
  }

  it('are none when all keys are named', async () => {
    const given = {
      rootKey: ['file:alice.json', 'file:bob.json'],
      targetsKey: ['file:alice.json'],
      onlineKey: 'file:online.json',
    };
    const { chosen } = await ask(given);
    assert.equal(chosen.repository, 'my-repository');
    assert.equal(chosen.rootThreshold, undefined);
    assert.equal(chosen.minRootThreshold, 2);
  });

  it('collect keys until an empty answer, and propose thresholds and a name', async () => {
    const { chosen } = await ask(
      {},
      ...['file:alice.json', 'bob.pub', '', ''],
      ...['file:alice.json', '', ''],
      'file:online.json',
      '',
    );
    assert.deepEqual(chosen.rootKey, ['file:alice.json', 'bob.pub']);
    assert.equal(chosen.rootThreshold, 2);
    assert.deepEqual(chosen.targetsKey, ['file:alice.json']);
    assert.equal(chosen.targetsThreshold, 1);
    assert.equal(chosen.onlineKey, 'file:online.json');
    assert.equal(chosen.repository, 'my-repository');
  });

  it('leave out what options have answered', async () => {
    const { chosen, cli } = await ask(
      { rootKey: ['file:alice.json'], rootThreshold: 1, targetsKey: ['bob.pub'], repository: 'x' },
      ...['', 'file:online.json'],
    );
    assert.match(cli.asked.join('\n'), /^How many of 1 must sign targets\nOnline key/);
    assert.equal(chosen.repository, 'x');
    assert.equal(chosen.minRootThreshold, 1);
  });

  it('do not take a key that is none, and say why', async () => {
    const given = { rootKey: ['a'], rootThreshold: 1, targetsThreshold: 1, repository: 'x' };
    const { chosen, cli } = await ask(
      given,
      ...['nonsense', 'pkcs11:nonsense', 'pin', 'file:alice.json', ''],
      ...['online.pub', 'file:online.json'],
    );
    assert.deepEqual(chosen.targetsKey, ['file:alice.json']);
    const warnings = cli.printed.filter((line) => line.startsWith('warning: '));
    assert.equal(warnings.length, 4);
  });

  it('offer to make a key that is not there', async () => {
    const given = { rootKey: ['a'], rootThreshold: 1, targetsThreshold: 1, repository: 'x' };
    await ask(
      given,
      ...['file:carol.json', 'n', 'file:carol.json', 'y', '@carol', 'a secret of carol', ''],
      ...['file:new.json', 'file:new.json?pin-source=file:pin', 'y'],
    );
    const json = await readFile(path.join(dir, 'carol.pub'), 'utf8');
    assert.match(json, /"x-tuf-on-ci-keyowner": "@carol"/);
    const signer = await openSigner('file:new.json?pin-source=file:pin', { folder: dir });
    assert.equal(signer.key.scheme, 'ecdsa-sha2-nistp256');
    await signer.close();
  });
});
