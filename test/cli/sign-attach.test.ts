import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseDocument } from '../../core/metadata/document.ts';
import type { SigningScheme } from '../../core/metadata/keys.ts';
import { readPublicKey } from '../../core/signers/public-key-file.ts';
import { eventWorkspaces, type EventWorkspaces } from '../kit/event-workspaces.ts';
import { opensslKey, type OpensslKey } from '../kit/openssl.ts';
import { addSignatures, release } from '../kit/signing-events.ts';
import { people, signaturesOf } from '../kit/source-tree.ts';
import type { MaintainerWorkspace, Workspaces } from '../kit/workspaces.ts';
import type { JsonObject } from '../../core/metadata/json.ts';

const { alice, bob, carol } = people;

describe('a signature that another tool made', () => {
  let events: EventWorkspaces;
  let kit: Workspaces;
  let count = 0;
  before(async () => {
    events = await eventWorkspaces();
    ({ kit } = events);
  });
  after(() => kit.remove());

  /** An event that alice has signed, and what carol is to sign. */
  async function started(): Promise<{ readonly name: string; readonly signed: JsonObject }> {
    const name = `event-${(count += 1)}`;
    const run = await events.pushes.push(name, (tree) => {
      release(tree, 'alice', `1.${count}`, alice);
    });
    assert.equal(run.status, 0, run.stderr);
    const text = await events.onEvent(name, 'metadata/alice.json');
    return { name, signed: (JSON.parse(text) as { signed: JsonObject }).signed };
  }

  const hexOf = (signed: JsonObject, key = carol) => signaturesOf(signed, [key])[0]?.sig ?? '';

  it('completes an event, under the whole keyid or its beginning', async () => {
    const work = await kit.freshClone();
    const { name, signed } = await started();
    const attached = `${carol.keyid.slice(0, 8)}=${hexOf(signed).toUpperCase()}`;
    const said = await work.ok('sign', name, '--attach', attached);
    assert.match(said, /^alice version 3: 2 of 2 signatures$/m);
    const again = await work.ok('sign', name, '--attach', `${carol.keyid}=${hexOf(signed)}`);
    assert.equal(again, said);
  });

  it('stands beside one that somebody else added meanwhile', async () => {
    const work = await kit.freshClone();
    const { name, signed } = await started();
    await events.pushes.push(name, (tree) => {
      addSignatures(tree, 'alice', carol);
    });
    const attached = `${carol.keyid}=${hexOf(signed)}`;
    assert.match(await work.ok('sign', name, '--attach', attached), /2 of 2 signatures/);
  });

  it('is refused when it is over something else, by a key that may not, or malformed', async () => {
    const work = await kit.freshClone();
    const { name, signed } = await started();
    const refused = async (status: number, code: 'invalid' | 'unauthorised', attached: string) => {
      const run = await work.refused(
        status,
        `signature.${code}`,
        'sign',
        name,
        '--attach',
        attached,
      );
      return run.stderr;
    };
    const other = hexOf({ ...signed, version: 4 });
    assert.match(await refused(1, 'invalid', `${carol.keyid}=${other}`), /over what alice 3 says/);
    await refused(1, 'invalid', `${carol.keyid}=${hexOf(signed, alice)}`);
    const stranger = await refused(1, 'unauthorised', `${bob.keyid}=${hexOf(signed, bob)}`);
    assert.match(stranger, /signed by @alice \([0-9a-f]{8}\), @carol \(/);
    for (const attached of ['nonsense', `${carol.keyid}=`, `${carol.keyid.slice(0, 7)}=00`]) {
      await work.refused(2, 'usage.argument', 'sign', name, '--attach', attached);
    }
    const role = ['--role', 'targets', '--attach', `${carol.keyid}=${hexOf(signed)}`];
    await work.refused(1, 'signature.unauthorised', 'sign', name, ...role);
    await work.refused(2, 'usage.argument', 'sign', name, '--role', 'alice');
    assert.doesNotMatch(await events.onEvent(name, 'metadata/alice.json'), new RegExp(carol.keyid));
  });

  describe('of openssl', () => {
    let work: MaintainerWorkspace;
    const schemes = ['ed25519', 'ecdsa-sha2-nistp256', 'rsassa-pss-sha256'] as const;
    const keys = new Map<SigningScheme, OpensslKey>();
    before(async () => {
      work = await kit.freshClone('admin', 'bob');
      for (const scheme of schemes) keys.set(scheme, opensslKey(kit.dir, scheme, scheme));
    });

    const keyOf = (scheme: SigningScheme): OpensslKey => {
      const key = keys.get(scheme);
      assert.ok(key);
      return key;
    };

    /** What is to be signed, in a file. */
    async function payload(): Promise<string> {
      const bytes = await readFile(path.join(work.dir, 'metadata/tools.json'));
      const file = path.join(kit.dir, 'payload');
      await writeFile(file, parseDocument('targets', bytes).signedBytes);
      return file;
    }

    async function attached(scheme: SigningScheme, salt?: 'max'): Promise<readonly string[]> {
      const key = keyOf(scheme);
      const { keyid } = await readPublicKey(key.publicKey);
      return ['--attach', `${keyid}=${key.sign(await payload(), salt)}`];
    }

    it('signs a draft with a key of each kind, and the server takes it', async () => {
      const files = schemes.flatMap((scheme) => ['--key', keyOf(scheme).publicKey]);
      await work.ok('role', 'add', 'tools', ...files, '--threshold', '3', '--paths', 'tools/*');
      await work.refused(4, 'workspace.waiting', 'sign', '--yes');
      const salted = await attached('rsassa-pss-sha256', 'max');
      await work.refused(1, 'signature.form', 'sign', ...salted);
      const [first, ...others] = schemes;
      const waiting = await attached(first);
      const run = await work.refused(4, 'workspace.waiting', 'sign', ...waiting);
      assert.match(run.stdout, /^tools version 1: 1 of 3 signatures/m);
      const rest: string[] = [];
      for (const scheme of others) rest.push(...(await attached(scheme)));
      assert.match(await work.ok('sign', ...rest), /^tools version 1: 3 of 3 signatures$/m);
      await work.ok('push');
      assert.match(await kit.onMain('metadata/tools.json'), /"version": 1/);
    });

    it('has nothing to sign where nothing is drafted', async () => {
      const empty = await kit.freshClone();
      const text = `${alice.keyid}=00`;
      await empty.refused(2, 'workspace.nothing-to-do', 'sign', '--attach', text);
    });
  });
});
