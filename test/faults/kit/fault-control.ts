import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { rename } from 'node:fs/promises';
import { bundledProgram } from '../../kit/bundled-program.ts';

/** What a program is to meet, at its file operations from the time on when it is told. */
export interface FileFault {
  readonly program: 'daemon' | 'signer' | 'tuf-on-git';
  /** The operation at which it is met, counted from 1; of a full disk, among those that need room. */
  readonly at: number;
  /** `kill`: it ends there; else every operation fails from there on that needs room. */
  readonly action: 'kill' | 'ENOSPC';
}

export interface FaultControl {
  /** For the programs that are to obey. */
  readonly env: NodeJS.ProcessEnv;
  /** Undefined: there are no faults any more. */
  set(fault: FileFault | undefined): Promise<void>;
  /** The operations at which programs were killed: `daemon rename journal.json`. */
  met(): readonly string[];
}

/** @param file that the test and its programs share; beside it, names of operations are noted */
export async function faultControl(file: string): Promise<FaultControl> {
  const set = async (fault: FileFault | undefined) => {
    const text = fault === undefined ? '' : JSON.stringify({ ...fault, nonce: (count += 1) });
    await writeFile(`${file}.new`, text);
    await rename(`${file}.new`, file);
  };
  let count = 0;
  await rm(`${file}.met`, { force: true });
  await writeFile(`${file}.met`, '');
  await set(undefined);
  const preload = bundledProgram('test/faults/kit/file-faults.ts');
  return {
    env: { ...process.env, NODE_OPTIONS: `--require ${preload}`, FILE_FAULTS: file },
    set,
    met: () => readFileSync(`${file}.met`, 'utf8').trim().split('\n').filter(Boolean),
  };
}
