import assert from 'node:assert/strict';
import { cp, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { temporaryFolder } from '../kit/temporary-folder.ts';
import type { ForeignClient, MakeForeignClient, ServedRepository } from './kit/foreign-client.ts';
import { foreignClients } from './kit/foreign-clients.ts';
import { downloads, filesAt, misses } from './kit/pull.ts';
import {
  onlineKeyPlace,
  startRepository,
  type RunningRepository,
} from './kit/running-repository.ts';
import { serveFolder, type StaticServer } from './kit/static-server.ts';

const [tool, app, game] = [
  'alice/tool/1.0/tool.sh',
  'bob/app/1.0/app.sh',
  'carol/game/1.0/game.sh',
];

describe(`the running daemon, its online key in ${onlineKeyPlace}`, () => {
  let repository: RunningRepository;

  before(async () => {
    repository = await startRepository();
    const { alice, bob, carol } = repository.people;
    await repository.push((editor) => editor.delegate(alice, { alice, bob, carol }));
    await repository.push(async (editor) => {
      await editor.addTargets('alice', alice, filesAt(tool));
      await editor.addTargets('bob', bob, filesAt(app));
      await editor.addTargets('carol', carol, filesAt(game));
    });
  });
  after(() => repository.stop());

  for (const [name, make] of Object.entries(foreignClients)) {
    describe(`serves ${name}, which`, () => {
      const folder = temporaryFolder();
      let client: ForeignClient;

      beforeEach(async () => {
        client = await newClient(make, path.join(folder.path, 'client'), repository.served);
      });

      it('downloads targets of roles signed with Ed25519, RSA and ECDSA', async () => {
        const schemes = Object.values(repository.people).map(({ key }) => key.scheme);
        assert.deepEqual(schemes, ['ed25519', 'rsassa-pss-sha256', 'ecdsa-sha2-nistp256']);
        await downloads(client, tool, app, game);
      });

      it('sees what is pushed after its first refresh', async () => {
        const target = `bob/app/${name}/app.sh`;
        const { bob } = repository.people;
        const before = await misses(client, target);
        await repository.push((editor) => editor.addTargets('bob', bob, filesAt(target)));
        const after = await downloads(client, target);
        for (const role of ['bob', 'snapshot', 'timestamp']) {
          assert.equal(after[role], Number(before[role]) + 1, role);
        }
        assert.equal(after['targets'], before['targets']);
      });

      it('follows a new root that two of three signed', async () => {
        const before = await downloads(client, tool);
        const { bob, carol } = repository.people;
        await repository.push((editor) => editor.nextVersion('root', [bob, carol]));
        const after = await downloads(client, tool);
        assert.equal(after['root'], Number(before['root']) + 1);
      });

      it('goes on when a role is removed, and when it comes back', async () => {
        const role = `carol-${name}`;
        const target = `${role}/tool/1.0/tool.sh`;
        const { alice, carol } = repository.people;
        await repository.push((editor) => editor.delegate(alice, { [role]: carol }));
        await repository.push((editor) => editor.addTargets(role, carol, filesAt(target)));
        await downloads(client, target, tool);

        await repository.push((editor) => editor.undelegate(alice, role));
        const { snapshot } = await misses(client, target);
        await downloads(client, tool);
        const meta = await snapshotMeta(repository.served, Number(snapshot));
        assert.equal(meta[`${role}.json`]?.version, 2);

        await repository.push((editor) => editor.delegate(alice, { [role]: carol }, 3));
        assert.equal((await misses(client, target))[role], 3);
      });
    });

    describe(`publishes what ${name} refuses from a mirror that has tampered with`, () => {
      const folder = temporaryFolder();
      let mirrored: string;
      let mirror: StaticServer;
      let client: ForeignClient;

      beforeEach(async () => {
        mirrored = path.join(folder.path, 'mirror');
        await copyPublished();
        mirror = await serveFolder(mirrored);
        const urls = { metadataUrl: `${mirror.url}/metadata`, targetUrl: `${mirror.url}/targets` };
        client = await newClient(make, path.join(folder.path, 'client'), urls);
      });
      afterEach(() => mirror.close());

      const copyPublished = () => cp(repository.publicFolder, mirrored, { recursive: true });
      const inMirror = (file: string) => path.join(mirrored, file);
      /** That it is the tampering: the same client accepts what is put right again. */
      const refuses = async (reason: RegExp) => {
        const { refusal } = await client.pull([tool]);
        assert.match(refusal ?? 'nothing', reason);
        await copyPublished();
        await downloads(client, tool);
      };

      it('an artifact', async () => {
        await editFiles(inMirror(path.dirname(`targets/${tool}`)), /\.sh$/, 'content', 'CONTENT');
        await refuses(/^LengthOrHashMismatchError$/);
      });

      it('a delegated role', async () => {
        await editFiles(inMirror('metadata'), /\.alice\.json$/, /"expires": "2/, '"expires": "3');
        // tuf-js names no other reason for whatever is wrong with one.
        await refuses(name === 'tuf-js' ? /^RuntimeError$/ : /^LengthOrHashMismatchError$/);
      });

      it('a timestamp, whose signature no longer fits', async () => {
        await editFiles(inMirror('metadata'), /^timestamp/, /"version":/, '"version":9');
        await refuses(/^UnsignedMetadataError$/);
      });

      it('the timestamp, by an older one', async () => {
        const timestamp = inMirror('metadata/timestamp.json');
        const old = await readFile(timestamp);
        const { bob } = repository.people;
        await repository.push((editor) => editor.nextVersion('bob', [bob]));
        await copyPublished();
        await downloads(client, tool);
        await writeFile(timestamp, old);
        await refuses(/^BadVersion(Number)?Error$/);
      });
    });
  }

  async function newClient(
    make: MakeForeignClient,
    folder: string,
    served: ServedRepository,
  ): Promise<ForeignClient> {
    await mkdir(folder);
    return make(folder, repository.root, served);
  }
});

/** Fails unless there is such a file and each one holds what is replaced. */
async function editFiles(
  folder: string,
  names: RegExp,
  from: string | RegExp,
  to: string,
): Promise<void> {
  const files = (await readdir(folder)).filter((name) => names.test(name));
  assert.notEqual(files.length, 0);
  for (const name of files) {
    const file = path.join(folder, name);
    const text = await readFile(file, 'utf8');
    const edited = text.replace(from, to);
    assert.notEqual(edited, text, file);
    await writeFile(file, edited);
  }
}

async function snapshotMeta(
  { metadataUrl }: ServedRepository,
  version: number,
): Promise<Readonly<Record<string, { readonly version: number }>>> {
  const response = await fetch(`${metadataUrl}/${version}.snapshot.json`);
  const { signed } = (await response.json()) as {
    readonly signed: { readonly meta: Record<string, { readonly version: number }> };
  };
  return signed.meta;
}
