import assert from 'node:assert/strict';
import { chmod, cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { JsonObject } from '../../core/metadata/json.ts';
import { nginxProgram, startNginx, type Nginx } from '../kit/nginx.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';
import { foreignClients } from './kit/foreign-clients.ts';
import { makeOurClient } from './kit/our-client.ts';
import { downloads, filesAt } from './kit/pull.ts';
import { startRepository, type RunningRepository } from './kit/running-repository.ts';

/** Clients differ in what they percent-encode, in folders and in names. */
const names = [
  ...['+', '@', '~', '^', '!', ','].map((odd) => `alice/na${odd}me/1${odd}0/to${odd}ol.sh`),
  'alice/@scope/1.0/@tool.sh',
  'alice/größe/1.0/日本 語.sh',
  "alice/tool/1.0/a&b=c;d'e$f.sh",
];

describe('target names that clients encode in different ways', () => {
  const folder = temporaryFolder();
  let repository: RunningRepository;

  before(async () => {
    repository = await startRepository();
    const { alice, carol } = repository.people;
    await repository.push((editor) => editor.nextVersion('root', [alice, carol], allowAnyName));
    await repository.push((editor) => editor.delegate(alice, { alice }));
    await repository.push((editor) => editor.addTargets('alice', alice, filesAt(...names)));
  });
  after(() => repository.stop());

  const downloadsAll = async (name: string, url: string) => {
    const make = { ...foreignClients, ours: makeOurClient }[name] ?? assert.fail(name);
    const own = path.join(folder.path, 'client');
    await mkdir(own);
    const served = { metadataUrl: `${url}/metadata`, targetUrl: `${url}/targets` };
    await downloads(await make(own, repository.root, served), ...names);
  };

  for (const name of [...Object.keys(foreignClients), 'ours']) {
    it(`are found by ${name} at the daemon`, () =>
      downloadsAll(name, repository.served.metadataUrl.replace(/\/metadata$/, '')));
  }

  describe('behind the shipped configuration of nginx', () => {
    let nginx: Nginx | undefined;

    before(function () {
      if (nginxProgram() === undefined) this.skip();
    });
    beforeEach(async () => {
      const copied = path.join(folder.path, 'public');
      await cp(repository.publicFolder, copied, { recursive: true });
      // nginx reads as another account.
      for (const each of [folder.path, copied]) await chmod(each, 0o755);
      nginx = await startNginx(copied);
    });
    afterEach(() => nginx?.close());

    for (const name of [...Object.keys(foreignClients), 'ours']) {
      it(`are found by ${name}`, () => downloadsAll(name, nginx?.url ?? ''));
    }
  });
});

function allowAnyName(root: JsonObject): JsonObject {
  const policy = root['x-tuf-on-git-policy'] as JsonObject;
  return { ...root, 'x-tuf-on-git-policy': { ...policy, profile: 'files' } };
}
