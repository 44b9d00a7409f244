import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Makes a hook note how much memory its Node program needs.
 * @returns reads what has been noted: the largest resident set of each run, in MiB
 */
export async function notePeakMemory(hook: string): Promise<() => Promise<number[]>> {
  const script = path.join(path.dirname(hook), 'peak-memory.cjs');
  const notes = path.join(path.dirname(hook), 'peak-memory.txt');
  // Node gives it in KiB on every system.
  const note = `appendFileSync(${JSON.stringify(notes)}, process.resourceUsage().maxRSS + '\\n')`;
  await writeFile(script, `process.on('exit', () => require('node:fs').${note});\n`);
  const start = `'${process.execPath}'`;
  const text = await readFile(hook, 'utf8');
  await writeFile(hook, text.replace(start, `${start} '--require=${script}'`));
  return async () => {
    const lines = (await readFile(notes, 'utf8')).split('\n').filter((line) => line !== '');
    return lines.map((line) => Number(line) / 1024);
  };
}
