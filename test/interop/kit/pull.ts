import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { ForeignClient, Pulled } from './foreign-client.ts';

/** What a client ended with that refused nothing. */
export type Successful = Required<Omit<Pulled, 'refusal'>>;

/** Fails when the client refuses anything. */
export async function pulls(
  client: ForeignClient,
  targetPaths: readonly string[],
): Promise<Successful> {
  const { refusal, versions = {}, targets = {}, client: name } = await client.pull(targetPaths);
  assert.equal(refusal, undefined, name);
  return { client: name, versions, targets };
}

/** Fails unless the client writes `contentOf` each target. @returns the versions that it trusts then */
export async function downloads(
  client: ForeignClient,
  ...targetPaths: readonly string[]
): Promise<Successful['versions']> {
  const { targets, versions } = await pulls(client, targetPaths);
  for (const target of targetPaths) {
    assert.equal(await readFile(targets[target] ?? '', 'utf8'), contentOf(target));
  }
  return versions;
}

/** Fails unless the client finds that no role lists the target. @returns as `downloads` */
export async function misses(
  client: ForeignClient,
  targetPath: string,
): Promise<Successful['versions']> {
  const { targets, versions } = await pulls(client, [targetPath]);
  assert.equal(targets[targetPath], null);
  return versions;
}

/** Content for target files, each its own. */
export function filesAt(...targetPaths: readonly string[]): Record<string, string> {
  return Object.fromEntries(targetPaths.map((target) => [target, contentOf(target)]));
}

function contentOf(target: string): string {
  return `content of ${target}\n`;
}
