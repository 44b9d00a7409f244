/** 10 MB of targets metadata that five keys sign, beside the same with one: its canonical form is made once. */
import type { JsonObject } from '../../core/metadata/json.ts';
import { makeKey, keysOf, roleSigned, rootSigned } from '../../test/kit/source-tree.ts';
import { sha256 } from '../../test/kit/simulated-repository.ts';
import { milliseconds, remark, report } from '../kit/figures.ts';
import { range } from '../kit/target-layout.ts';
import { ourClient, type Contestant } from './contestant.ts';
import { withServed } from './served.ts';
import { sealed, writeMetadata } from './write-repository.ts';

const runs = 7;
const targets = 65_000; // 10 MB of them

export function compareManyKeys(): Promise<void> {
  return withSigners(5, (five) => withSigners(1, (one) => compare(five, one)));
}

async function compare(five: Contestant, one: Contestant): Promise<void> {
  const times: { five: number; one: number }[] = [];
  for (let run = -1; run < runs; run += 1) {
    const time = { five: await five.run([]), one: await one.run([]) };
    if (run >= 0) times.push(time);
  }
  remark(`client: 10 MB, five keys ${milliseconds(times.map((each) => each.five))}`);
  remark(`client: 10 MB, one key ${milliseconds(times.map((each) => each.one))}`);
  const values = times.map((each) => each.five / each.one);
  const yardstick = 'the same refresh where one key signs';
  report({ bench: 'client', figure: 'verify-10mb-five-keys-vs-one', values, yardstick });
}

function withSigners(count: number, use: (client: Contestant) => Promise<void>): Promise<void> {
  return withServed(
    (publicFolder) => fill(publicFolder, count),
    async (served) => {
      const client = await ourClient(served);
      await client.reset();
      await use(client);
    },
  );
}

async function fill(publicFolder: string, count: number): Promise<void> {
  const keys = range(count).map(() => makeKey());
  const root = rootSigned(1) as JsonObject & { keys: JsonObject; roles: JsonObject };
  Object.assign(root.keys, keysOf(...keys));
  root.roles['targets'] = { keyids: keys.map(({ keyid }) => keyid), threshold: count };
  const files = range(targets).map((index) => {
    const content = Buffer.from(`content ${index}`);
    const entry = { length: content.length, hashes: { sha256: sha256(content) } };
    return [`project-${index % 50}/tool/1.${index}/tool.tgz`, entry];
  });
  const signed = roleSigned(1, Object.fromEntries(files) as JsonObject);
  await writeMetadata(publicFolder, [['targets', sealed(signed, keys)]], root);
}
