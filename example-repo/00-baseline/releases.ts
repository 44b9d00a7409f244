/** A19, A23, A33 and A37 where one releases by copying a file and writing an index. */
import { fileURLToPath } from 'node:url';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { lastWriterWins } from '../attacks/a19-last-writer-wins.ts';
import { fileChanges } from '../attacks/a23-file-changes.ts';
import { hostile, hostileNames } from '../attacks/a33-hostile-names.ts';
import { nobodyKnowsWho } from '../attacks/a37-nobody-knows-who.ts';
import type { Ended } from '../kit/command.ts';
import type { Index } from '../kit/content.ts';
import { writeFileAt } from '../kit/folders.ts';
import type { Person } from '../kit/person.ts';
import type { Stage } from '../kit/stage.ts';

export interface Baseline {
  readonly url: string;
  /** Of harbour, where it is served from. */
  readonly folder: string;
  readonly alice: Person;
  readonly putRight: () => Promise<void>;
}

const plainClient = fileURLToPath(new URL('../attacks/plain-client.mjs', import.meta.url));

export async function releases(stage: Stage, baseline: Baseline): Promise<void> {
  const { alice, folder, putRight, url } = baseline;
  const get = (product: string, version?: string) => gotBaseline(baseline, product, version);
  const release = async (product: string, version: string, content: Buffer | string) =>
    (await begin(baseline, product, version, content))();
  await lastWriterWins(stage, {
    begin: (product) => begin(baseline, product, '1.0.0', 'three piers\n'),
    get,
  });
  await putRight();
  const file = alice.path('dist/tides.txt');
  await fileChanges(stage, {
    file,
    releaseAndGet: async (version) => {
      await release('tides', version, await readFile(file));
      return get('tides', version);
    },
  });
  await nobodyKnowsWho(stage, {
    release: (version, content) => release('tides', version, content),
    get: (version) => get('tides', version),
  });
  await hostileNames(stage, {
    list: () => alice.run(process.execPath, [plainClient, url, 'harbour']),
    mount: async () => {
      const names = { [hostile.terminal]: 'a.txt', [hostile.html]: 'a.txt' };
      await writeIndex(folder, { ...(await readIndex(folder)), harbour: names });
    },
    undo: putRight,
  });
}

/** Reads the index, and writes it whole when it comes to that: whatever it holds by then. */
async function begin(
  { folder }: Baseline,
  product: string,
  version: string,
  content: Buffer | string,
): Promise<() => Promise<void>> {
  const index = await readIndex(folder);
  const name = `${product}-${version}.txt`;
  return async () => {
    await writeFileAt(path.join(folder, name), content);
    await writeIndex(folder, { ...index, [product]: { ...index[product], [version]: name } });
  };
}

/** @returns as a command that prints the content; or the refusal */
async function gotBaseline(
  { alice, url }: Baseline,
  product: string,
  version = '1.0.0',
): Promise<Ended> {
  const ended = await alice.tryTuf('get', '--baseline', url, `harbour/${product}=${version}`);
  if (ended.status !== 0) return ended;
  return { ...ended, stdout: await readFile(alice.path(`${product}-${version}.txt`), 'utf8') };
}

async function readIndex(folder: string): Promise<Index> {
  return JSON.parse(await readFile(path.join(folder, 'index.json'), 'utf8')) as Index;
}

function writeIndex(folder: string, index: Index): Promise<void> {
  return writeFileAt(path.join(folder, 'index.json'), `${JSON.stringify(index, null, 2)}\n`);
}
