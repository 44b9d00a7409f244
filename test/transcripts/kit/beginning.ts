/**
 * How every scenario begins: the admin, alice and bob hold root (two of them sign), and the admin
 * targets; carol has a key and no role yet. Everybody's key is in a token of their own; the operator
 * serves the repository, and all of them stand in a clone of it, on a machine without git. The
 * downloader has the first root.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { publicKeyOf } from '../../../core/metadata/keys.ts';
import { keyFileFormat } from '../../../core/signers/key-file.ts';
import type { Stage } from './stage.ts';

const people = ['admin', 'alice', 'bob', 'carol'] as const;
const pin = '90210';

/** Makes the HOME, and the keys of all on a table: `home` and `table` of the operator. */
export async function makeFirstHome(stage: Stage): Promise<void> {
  const table = path.join(await stage.home('operator'), 'table');
  await mkdir(table);
  for (const person of [...people, 'online']) await writeKeyFiles(path.join(table, person), person);
  const root = people.slice(0, 3).map((person) => `--root-key file:table/${person}.json`);
  const keys = [
    ...root,
    '--targets-key file:table/admin.json',
    '--online-key file:table/online.json',
  ];
  const listen = '--content-listen 127.0.0.1:8080 --console-listen 127.0.0.1:8081';
  const init = `tuf-on-git init home --repository example ${keys.join(' ')} ${listen}`;
  await must(stage, 'operator', init);
}

/** @param first where `makeFirstHome` has made it */
export async function begin(stage: Stage, first: Stage): Promise<void> {
  await cp(await first.home('operator'), await stage.home('operator'), { recursive: true });
  for (const person of people) await giveToken(stage, person);
  await must(stage, 'operator', 'tuf-on-git serve home &');
  await must(stage, 'downloader', 'cp ~/../operator/home/trust/root.json .');
  for (const person of people) {
    await must(stage, 'operator', `tuf-on-git token add home ${person} > ~/../${person}/token`);
    await must(stage, person, 'chmod 600 token; cp ~/../operator/home/trust/root.json .');
    const clone = 'tuf-on-git clone http://127.0.0.1:8081 work --root root.json --token-file token';
    await must(stage, person, `${clone} --key ${keyUri(person)} && cd work`);
  }
}

/** In the person's own token. */
function keyUri(person: string): string {
  return `'pkcs11:token=${person};object=key?pin-source=file:pin'`;
}

/** The same key whenever a scenario is played, so that what it publishes is the same too. */
function fixedKey(person: string): KeyObject {
  const seed = createHash('sha256').update(`the key of ${person}`).digest();
  const header = Buffer.from('302e020100300506032b657004220420', 'hex');
  return createPrivateKey({ key: Buffer.concat([header, seed]), format: 'der', type: 'pkcs8' });
}

/** `FILE.json` and `FILE.pub`. */
async function writeKeyFiles(file: string, person: string): Promise<void> {
  const key = fixedKey(person);
  const owner = person === 'online' ? undefined : `@${person}`;
  const { json } = publicKeyOf(createPublicKey(key), 'ed25519', owner);
  const pkcs8 = key.export({ format: 'der', type: 'pkcs8' });
  const contents = { format: keyFileFormat, key: json, unsafePlaintext: pkcs8.toString('base64') };
  await writeFile(`${file}.json`, JSON.stringify(contents), { mode: 0o600 });
  await writeFile(`${file}.pub`, JSON.stringify(json));
}

/** The person's token with their key in it; beside it the public key. */
async function giveToken(stage: Stage, person: string): Promise<void> {
  const util = await giveEmptyToken(stage, person);
  const pem = path.join(await stage.home(person), '.key.pem');
  await writeFile(pem, fixedKey(person).export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
  util('--import', pem, '--token', person, '--label', 'key', '--id', '01', '--pin', pin);
  await must(stage, person, `cp ~/../operator/table/${person}.pub . && rm .key.pem`);
}

/**
 * A SoftHSM token named like the person, and the PIN in a file.
 * @returns `softhsm2-util` for it
 */
export async function giveEmptyToken(stage: Stage, person: string) {
  const home = await stage.home(person);
  const tokens = path.join(home, '.tokens');
  await mkdir(tokens, { mode: 0o700 });
  const settings = `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`;
  const conf = path.join(home, '.softhsm2.conf');
  await writeFile(conf, settings);
  await writeFile(path.join(home, 'pin'), `${pin}\n`, { mode: 0o600 });
  const util = (...args: string[]) =>
    execFileSync('softhsm2-util', args, {
      env: { ...process.env, SOFTHSM2_CONF: conf },
      stdio: 'pipe',
    });
  util('--init-token', '--free', '--label', person, '--pin', pin, '--so-pin', '5678');
  return util;
}

/** As it goes when it goes well. */
export async function must(stage: Stage, person: string, command: string): Promise<void> {
  const { said, status } = await stage.type(person, command);
  assert.equal(status, 0, `${person}$ ${command}\n${said.join('\n')}`);
}
