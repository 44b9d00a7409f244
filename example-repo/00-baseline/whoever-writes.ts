/** A2 to A7, A11, A12, A15, A16 and A18: whoever writes to the storage, or answers for it, is believed. */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { isFooled, requireText, type Attack } from '../kit/attack.ts';
import { clockAhead } from '../kit/clock.ts';
import { succeeded, type Ended } from '../kit/command.ts';
import { baselineFolder, type Index } from '../kit/content.ts';
import { copyFolder, editJson } from '../kit/folders.ts';
import { Person } from '../kit/person.ts';
import type { Stage } from '../kit/stage.ts';
import { serveLongFiles } from '../kit/static-server.ts';

export interface Baseline {
  readonly url: string;
  /** Somebody who has been there before. */
  readonly alice: Person;
}

const forged = 'echo this is not the lighthouse\n';
const newest = 'lighthouse-1.1.0.sh';
const oldVersions = { '1.0.0': 'lighthouse-1.0.0.sh' };
const eightYears = 8 * 365 * 24;

export async function whoeverWrites(stage: Stage, baseline: Baseline): Promise<void> {
  for (const { proof, ...attack } of attacksOf(stage, baseline)) {
    const undo = () => copyFolder(baselineFolder, stage.path('storage'));
    await isFooled(stage, { ...attack, undo }, proof);
  }
  await endless(stage, baseline);
}

type Believed = Attack & { readonly proof: () => Promise<string> };

function attacksOf(stage: Stage, { url, alice }: Baseline): readonly Believed[] {
  const carol = new Newcomer(stage, url);
  const later = alice.with(clockAhead(eightYears));
  const get = (wanted: string) => () => alice.tryTuf('get', '--baseline', url, wanted);
  const write = (file: string, text: string) => writeFile(lighthouse(stage, file), text);
  const index = (versions: Index[string]) => () => editIndex(stage, versions);
  const holds = (words: string) => () => has(alice, newest, words);
  return [
    {
      ...{ row: 'A2', what: 'a file and the index are edited together' },
      mount: async () => {
        await write('lighthouse-9.0.0.sh', forged);
        await editIndex(stage, { '9.0.0': 'lighthouse-9.0.0.sh' });
      },
      victim: get('lighthouse'),
      proof: () => has(alice, 'lighthouse-9.0.0.sh', 'this is not the lighthouse'),
    },
    {
      ...{ row: 'A5', what: 'an old index to somebody new' },
      mount: index(oldVersions),
      victim: () => carol.get('lighthouse'),
      proof: () => carol.has('lighthouse-1.0.0.sh', '# lighthouse 1.0.0'),
    },
    {
      ...{ row: 'A6', what: 'the same index for eight years' },
      victim: () => later.tryTuf('get', '--baseline', url, 'lighthouse'),
      control: get('lighthouse'),
      proof: holds('# lighthouse 1.1.0'),
    },
    {
      ...{ row: 'A7', what: 'the old lighthouse among new files' },
      mount: index(oldVersions),
      victim: async () => {
        succeeded(await get('lighthouse/manual')());
        return get('lighthouse')();
      },
      proof: async () => {
        await has(alice, 'lighthouse-1.0.0.sh', '# lighthouse 1.0.0');
        return has(alice, 'manual-1.1.0.txt', 'for lighthouse 1.1.0');
      },
    },
    {
      ...{ row: 'A11', what: "an intruder owns the server's disk" },
      mount: () => write(newest, forged),
      victim: get('lighthouse'),
      proof: holds('this is not the lighthouse'),
    },
    {
      ...{ row: 'A12', what: 'an intruder on the live server lies to one only: to somebody new' },
      mount: () => write(newest, forged),
      victim: () => carol.get('lighthouse'),
      proof: () => carol.has(newest, 'this is not the lighthouse'),
    },
    {
      ...{ row: 'A15', what: 'the server is restored from an old backup' },
      mount: index(oldVersions),
      victim: get('lighthouse'),
      proof: () => has(alice, 'lighthouse-1.0.0.sh', '# lighthouse 1.0.0'),
    },
    {
      ...{ row: 'A16', what: 'somebody who may write there puts in what they like' },
      mount: async () => {
        await write('extra.sh', forged);
        await editIndex(stage, { '1.1.1': 'extra.sh' });
      },
      victim: get('lighthouse=1.1.1'),
      control: get('lighthouse'),
      proof: () => has(alice, 'extra.sh', 'this is not the lighthouse'),
    },
    {
      ...{ row: 'A18', what: 'an upload is cut half-way, and served' },
      mount: async () => {
        const whole = await readFile(lighthouse(stage, newest));
        await writeFile(lighthouse(stage, newest), whole.subarray(0, whole.length / 2));
      },
      victim: get('lighthouse'),
      proof: async () => `${(await stat(alice.path(newest))).size} bytes, and no word of the rest`,
    },
  ];
}

/** A3: where nobody says how long a file is, it is as long as whoever sends it likes. */
async function endless(stage: Stage, { url, alice }: Baseline): Promise<void> {
  const hostile = await serveLongFiles(stage, stage.path('storage'), longBytes);
  await isFooled(
    stage,
    {
      ...{ row: 'A3', what: 'a file that does not end for 64 MB' },
      victim: () => alice.tryTuf('get', '--baseline', hostile, 'lighthouse'),
      control: () => alice.tryTuf('get', '--baseline', url, 'lighthouse'),
    },
    async () => `${newest}: ${(await stat(alice.path(newest))).size} bytes on the disk`,
  );
}

const longBytes = 64 << 20;

/** Somebody else at every download. */
class Newcomer {
  readonly #stage: Stage;
  readonly #url: string;
  #last: Person | undefined;

  constructor(stage: Stage, url: string) {
    this.#stage = stage;
    this.#url = url;
  }

  async get(wanted: string): Promise<Ended> {
    this.#last = await Person.enter(this.#stage, this.#stage.newName('downloader'));
    return this.#last.tryTuf('get', '--baseline', this.#url, wanted);
  }

  async has(file: string, words: string): Promise<string> {
    return this.#last === undefined ? '' : has(this.#last, file, words);
  }
}

/** Proof that somebody has a file with these words in it. */
export async function has(person: Person, file: string, words: string): Promise<string> {
  return `${file}: ${requireText(await readFile(person.path(file), 'utf8'), words)}`;
}

function editIndex(stage: Stage, versions: Index[string]): Promise<void> {
  return editJson<Index>(lighthouse(stage, 'index.json'), (products) => ({
    ...products,
    lighthouse: versions,
  }));
}

function lighthouse(stage: Stage, file: string): string {
  return stage.path('storage/lighthouse', file);
}
