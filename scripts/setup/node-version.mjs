import { SetUpFailure } from './say.mjs';

const least = [20, 19];

/**
 * Refuses a Node that is too old, before anything is loaded that such a Node cannot read.
 * @param {string} [version] as `process.versions.node` has it
 */
export function checkNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = least;
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return;
  throw new SetUpFailure(`Node ${least.join('.')} or later is needed, this is ${version}`);
}
