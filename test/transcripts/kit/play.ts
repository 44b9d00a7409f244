import { readFileSync, writeFileSync } from 'node:fs';
import { misfit, renamed, type Renames } from './same-words.ts';
import type { Stage } from './stage.ts';
import { stepsOf, withAnswers, type Step } from './transcript.ts';

/** Commands that only look: what they see may take the server a moment. */
const looks = /(^|&& )tuf-on-git (status|event list|role show|get|list|verify)\b/;

/** What the server says that then goes on by itself. */
const goesOn = /it lands now$|accepted: main is at/;

const isRecording = process.env['RECORD'] === '1';
const patience = isRecording ? 1500 : 60_000;

/**
 * Types what the page has people type, and fails where they see something else than it shows.
 * `RECORD=1` in the environment: the page is written anew with what they see.
 */
export async function play(stage: Stage, page: string): Promise<void> {
  const text = readFileSync(page, 'utf8');
  const renames: Renames = new Map();
  const answers: (readonly string[])[] = [];
  for (const step of stepsOf(text)) {
    const { said, wrong } = await answerTo(stage, step, renames);
    answers.push(wrong === undefined ? step.shown : said);
    if (wrong === undefined || isRecording) continue;
    const typed = `${page}:${step.line}: ${step.person}$ ${step.command}`;
    throw new RangeError(`${typed}\n  ${wrong}\n\nall it said:\n${said.join('\n')}`);
  }
  if (isRecording) writeFileSync(page, withAnswers(text, answers));
}

async function answerTo(stage: Stage, { person, command, shown }: Step, renames: Renames) {
  const end = performance.now() + (looks.test(command) ? patience : 0);
  for (;;) {
    const { said } = await stage.type(person, renamed(command, renames));
    if (said.some((line) => goesOn.test(line))) await stage.settled();
    const wrong = misfit(shown, said, renames);
    if (wrong === undefined || performance.now() > end) return { said, wrong };
  }
}
