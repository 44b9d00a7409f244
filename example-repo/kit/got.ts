/** What a release comes to: the content that somebody gets who was never here before. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { requireText } from './attack.ts';
import { succeeded, type Ended } from './command.ts';
import { newDownloader, type Source } from './downloader.ts';
import type { Stage } from './stage.ts';

/** As a command that prints the content. */
export async function got(stage: Stage, source: Source, target: string): Promise<Ended> {
  const person = await newDownloader(stage, stage.newName('downloader'), source);
  const ended = await person.tryTuf('get', target);
  succeeded(ended);
  return { ...ended, stdout: await readFile(person.path(path.basename(target)), 'utf8') };
}

/** Proof that somebody was given what holds this text. */
export function holds(text: string): (ended: Ended) => Promise<string> {
  return ({ stdout }) => Promise.resolve(`what a client gets: ${requireText(stdout, text)}`);
}
