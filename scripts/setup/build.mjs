import path from 'node:path';
import { buildIsCurrent } from './build-state.mjs';
import { run, tail } from './command.mjs';
import { SetUpFailure, timed } from './say.mjs';

/**
 * Builds dist/, unless it was built from the sources as they are.
 * @param {string} top
 */
export function bringBuild(top) {
  if (buildIsCurrent(top)) return;
  const script = path.join(top, 'scripts/build.mjs');
  const { ok, output } = timed('building', () => run(process.execPath, [script], { cwd: top }));
  if (!ok) throw new SetUpFailure(`the build failed, it said:\n${tail(output, 20)}`);
}
