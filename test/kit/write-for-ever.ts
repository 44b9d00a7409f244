import { replaceFile } from '../../client/storage.ts';

/** Replaces the file named on the command line again and again, and says when it began: to be killed. */
async function writeForEver(file: string): Promise<void> {
  for (let round = 0; ; round += 1) {
    await replaceFile(file, async (handle) => {
      await handle.writeFile(String(round % 10).repeat(1_000_000));
    });
    if (round % 3 === 2) process.stdout.write('.');
  }
}

void writeForEver(process.argv[2] ?? '');
