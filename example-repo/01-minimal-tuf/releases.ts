/** A19, A22, A23, A33 and A37 where the admin signs whatever there is, and copies it to the server. */
import { readFile } from 'node:fs/promises';
import { lastWriterWins } from '../attacks/a19-last-writer-wins.ts';
import { fileChanges } from '../attacks/a23-file-changes.ts';
import { hostile, hostileNames } from '../attacks/a33-hostile-names.ts';
import { nobodyKnowsWho } from '../attacks/a37-nobody-knows-who.ts';
import { isFooled } from '../kit/attack.ts';
import { sha256 } from '../kit/by-hand.ts';
import { hashedName, newest } from '../kit/content.ts';
import { freshDownloader, type Source } from '../kit/downloader.ts';
import { writeFileAt } from '../kit/folders.ts';
import { got, holds } from '../kit/got.ts';
import type { Stage } from '../kit/stage.ts';
import type { Storage } from '../kit/storage.ts';
import { byTufJs } from '../kit/tuf-js.ts';
import type { Admin } from './admin.ts';

export interface Releasing {
  readonly admin: Admin;
  readonly storage: Storage;
  readonly source: Source;
}

export async function releases(stage: Stage, releasing: Releasing): Promise<void> {
  const { admin, source, storage } = releasing;
  const published = [...admin.content.keys()];
  const tides = (version: string) => `harbour/tides/${version}/tides.txt`;
  const get = (version: string) => got(stage, source, tides(version));
  await lastWriterWins(stage, {
    begin: (product) => {
      const target = `harbour/${product}/1.0.0/${product}.txt`;
      const send = admin.begin(new Map([[target, Buffer.from('three piers\n')]]));
      return Promise.resolve(() => send().then(() => storage.putRight()));
    },
    get: (product) => freshDownloader(stage, source, ['get', `harbour/${product}`])(),
  });
  await signsWhatIsServed(stage, releasing);
  const file = stage.path('dist/tides.txt');
  await fileChanges(stage, {
    file,
    releaseAndGet: async (version) => {
      await release(releasing, tides(version), await readFile(file));
      return get(version);
    },
  });
  await nobodyKnowsWho(stage, {
    release: (version, content) => release(releasing, tides(version), Buffer.from(content)),
    get,
  });
  const putRight = async () => {
    await admin.remove([...admin.content.keys()].filter((target) => !published.includes(target)));
    await storage.putRight();
  };
  await hostileNames(stage, {
    list: byTufJs(stage, source),
    mount: async () => {
      for (const name of Object.values(hostile)) {
        await release(releasing, `harbour/harbour/${name}`, Buffer.from('a harbour\n'));
      }
    },
    undo: putRight,
  });
}

async function release({ admin, storage }: Releasing, target: string, content: Buffer) {
  await admin.release(new Map([[target, content]]));
  await storage.putRight();
}

/** A22: the admin takes the files of earlier releases from the server, for they are all there. */
async function signsWhatIsServed(stage: Stage, releasing: Releasing): Promise<void> {
  const { admin, source, storage } = releasing;
  const { content } = admin;
  const resign = async () => {
    await admin.release(await served(source, content));
    await storage.putRight();
    return got(stage, source, newest);
  };
  await isFooled(
    stage,
    {
      ...{ row: 'A22', what: 'the server gives the admin another lighthouse to sign' },
      mount: () => {
        const name = hashedName(newest, sha256(content.get(newest) ?? ''));
        return writeFileAt(storage.at('targets', name), 'echo this is not the lighthouse\n');
      },
      victim: resign,
      control: resign,
      undo: async () => {
        await admin.release(content);
        await storage.putRight();
      },
    },
    holds('not the lighthouse'),
  );
}

async function served({ url }: Source, content: Admin['content']): Promise<Admin['content']> {
  const files = [...content].map(async ([target, bytes]): Promise<[string, Buffer]> => {
    const answer = await fetch(`${url}/targets/${hashedName(target, sha256(bytes))}`);
    return [target, Buffer.from(await answer.arrayBuffer())];
  });
  return new Map(await Promise.all(files));
}
