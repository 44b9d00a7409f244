import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** How much memory Node programs need that git starts somewhere below. */
export interface MemoryProbe {
  /** To be set for git. */
  readonly env: NodeJS.ProcessEnv;
  /** MiB that the program held at most, its resident set, each time it has run. */
  peaks(program: string): Promise<number[]>;
}

/** @param folder where the probe and what it writes can lie */
export async function memoryProbe(folder: string): Promise<MemoryProbe> {
  const script = path.join(folder, 'memory-probe.cjs');
  const output = path.join(folder, 'memory-probe.txt');
  // Node gives the largest resident set in KiB on every system.
  const line =
    '`${require("node:path").basename(process.argv[1])} ${process.resourceUsage().maxRSS}\\n`';
  const append = `require('node:fs').appendFileSync(${JSON.stringify(output)}, ${line})`;
  await writeFile(script, `process.on('exit', () => ${append});\n`);
  return {
    env: { NODE_OPTIONS: `--require=${script}` },
    peaks: async (program) => {
      const lines = (await readFile(output, 'utf8')).split('\n').map((each) => each.split(' '));
      return lines.flatMap(([name, kib]) => (name === program ? [Number(kib) / 1024] : []));
    },
  };
}
