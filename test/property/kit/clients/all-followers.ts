import path from 'node:path';
import { pythonWithTuf } from '../../../kit/python-environment.ts';
import { cachingFollower } from './caching-follower.ts';
import type { Follower } from './follower.ts';
import { goFollower } from './go-tuf.ts';
import { lineFollower } from './line-follower.ts';
import { ourClient } from './our-client.ts';
import { tufJsClient } from './tuf-js-client.ts';

const pythonProgram = path.resolve(import.meta.dirname, '../../python/follow.py');

export const ourFollower = (): Follower => cachingFollower(ourClient);

export const tufJsFollower = (): Follower => cachingFollower(tufJsClient);

export const pythonTufFollower = async (): Promise<Follower> =>
  lineFollower('python-tuf', [await pythonWithTuf(), pythonProgram]);

/** Skips the test, and says so, where there is no Go. */
export async function goTufFollower(test: Mocha.Context): Promise<Follower> {
  const program = await goFollower();
  if (program !== undefined) return lineFollower('go-tuf', [program]);
  console.log('      there is no Go here: go-tuf is not tried');
  return test.skip();
}
