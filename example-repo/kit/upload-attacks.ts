/** What somebody can try with uploads: break them off, look at those of others, steal a token. */
import { request } from 'node:http';
import { askApi, endedOf, type ApiUser } from './api.ts';
import { withstands } from './attack.ts';
import { sha256, type HandKey } from './by-hand.ts';
import { prepare, putBlob, signAndSend, submit, type Release } from './change-by-hand.ts';
import { succeeded, type Ended } from './command.ts';
import { hashedName } from './content.ts';
import type { Holder } from './holder.ts';
import type { Person } from './person.ts';
import type { Server } from './server.ts';
import type { Stage } from './stage.ts';
import { until } from './until.ts';

export interface Uploaders {
  readonly server: Server;
  readonly operator: Person;
  /** Two people with a token each. */
  readonly alice: Holder;
  readonly bob: Holder;
  /** What both release in, with the keys that this takes. */
  readonly project: string;
  readonly keys: readonly HandKey[];
}

/** A18: what came of an upload until it broke off is nothing that anybody gets to see. */
export async function cutUpload(stage: Stage, scene: Uploaders): Promise<void> {
  const { alice, project, keys } = scene;
  const cut = someRelease(project, '1.2.0', 2_500_000);
  await withstands(
    stage,
    {
      ...{ row: 'A18', what: 'an upload is cut half-way, and a signed change names the file' },
      mount: () => putHalf(alice, cut.content),
      victim: () => signAndSend(alice, keys, cut),
      control: () => uploadAndSend(alice, keys, someRelease(project, '1.1.9')),
    },
    'target.missing',
  );
  await stage.steps.step('the upload is finished, and the same change lands', async () => {
    succeeded(await uploadAndSend(alice, keys, cut));
  });
}

/** A21: what alice has sent and nobody has signed is hers alone. */
export async function othersUploads(stage: Stage, scene: Uploaders): Promise<void> {
  const { server, alice, bob, project, keys } = scene;
  const [secret, published] = [someRelease(project, '1.3.0'), someRelease(project, '1.2.1')];
  succeeded(await uploadAndSend(alice, keys, published));
  const mount = async () => {
    succeeded(await putBlob(alice, secret.content));
  };
  await withstands(
    stage,
    {
      ...{ row: 'A21', what: "alice's upload, not signed yet, is asked for where clients read" },
      mount,
      victim: () => download(server, secret),
      control: () => download(server, published),
    },
    '404',
  );
  await withstands(
    stage,
    {
      ...{ row: 'A21', what: 'bob asks the API whether there is such a file' },
      mount,
      victim: () => head(bob, secret),
      control: () => head(bob, published),
    },
    '404',
  );
  await withstands(
    stage,
    {
      ...{ row: 'A21', what: 'bob releases it as his, without having it' },
      mount,
      victim: () => signAndSend(bob, keys, secret),
      control: () => uploadAndSend(bob, keys, someRelease(project, '1.2.2')),
    },
    'target.missing',
  );
  await stage.steps.step('alice signs it, and everybody sees it', async () => {
    succeeded(await signAndSend(alice, keys, secret));
    succeeded(await download(server, secret));
    succeeded(await head(bob, secret));
  });
}

/** A20: the token of a pipeline, which has no key. @param quota of each token, in bytes */
export async function stolenToken(
  stage: Stage,
  { server, operator, project, keys }: Uploaders,
  { thief, quota }: { readonly thief: Holder; readonly quota: number },
): Promise<void> {
  const fill = (letter: string) => putBlob(thief, Buffer.alloc((quota * 2) / 3, letter));
  const own = someRelease(project, '1.4.0');
  await withstands(
    stage,
    {
      ...{ row: 'A20', what: 'somebody who stole a token fills the store' },
      victim: () => fill('b'),
      control: () => fill('a'),
    },
    'blob.quota',
  );
  await withstands(
    stage,
    {
      ...{ row: 'A20', what: 'and releases something, without a key' },
      mount: async () => {
        succeeded(await putBlob(thief, own.content));
      },
      victim: async () => {
        const prepared = await prepare(thief, own);
        return submit(thief, prepared, { signed: prepared.next, signatures: [] });
      },
      control: () => uploadAndSend(thief, keys, someRelease(project, '1.3.9')),
    },
    'role.threshold',
  );
  await withstands(
    stage,
    {
      ...{ row: 'A20', what: 'and goes on after the operator has revoked it' },
      mount: async () => {
        await operator.tuf('token', 'revoke', server.home, thief.person.name);
      },
      victim: () => putBlob(thief, own.content),
    },
    'token.unknown',
  );
}

async function uploadAndSend(
  user: ApiUser,
  keys: readonly HandKey[],
  release: Release,
): Promise<Ended> {
  succeeded(await putBlob(user, release.content));
  return signAndSend(user, keys, release);
}

function someRelease(project: string, version: string, length = 2000): Release {
  const content = Buffer.alloc(length, `charts ${version}\n`);
  return { target: `${project}/charts/${version}/charts-${version}.txt`, content };
}

async function head(user: ApiUser, { content }: Release): Promise<Ended> {
  return endedOf(await askApi(user, 'HEAD', `/blobs/${sha256(content)}`));
}

async function download({ content: url }: Server, { target, content }: Release): Promise<Ended> {
  const path = `/targets/${hashedName(target, sha256(content))}`;
  const response = await fetch(`${url}${path}`);
  await response.body?.cancel();
  return endedOf({ request: `GET ${path}`, status: response.status, text: '' });
}

/** Sends half of a file, and is gone when the server has put away some of it. */
async function putHalf(user: ApiUser, content: Buffer): Promise<void> {
  const url = `${user.console}/api/v1/blobs/${sha256(content)}`;
  const headers = { authorization: `Bearer ${user.token}` };
  const length = { 'content-length': content.length };
  const sending = request(url, { method: 'PUT', headers: { ...headers, ...length } });
  sending.on('error', () => undefined);
  sending.write(content.subarray(0, content.length / 2));
  const offset = async () => {
    const response = await fetch(url, { method: 'HEAD', headers });
    return Number(response.headers.get('upload-offset') ?? 0);
  };
  await until(offset, (bytes) => bytes > 0, 'the server puts nothing away');
  sending.destroy();
}
