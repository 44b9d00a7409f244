import { fileURLToPath } from 'node:url';
import type { Holder } from '../kit/holder.ts';
import type { Releaser } from '../kit/uploads-scene.ts';

const script = fileURLToPath(new URL('release.mjs', import.meta.url));

/** Releases by the plain script. @param keyFile of targets @param console where it goes */
export function byScript(
  { person, tokenFile, console: own }: Holder,
  keyFile: string,
  console = own,
): Releaser {
  return (target, file) =>
    person.run(process.execPath, [script, console, tokenFile, keyFile, target, file]);
}
