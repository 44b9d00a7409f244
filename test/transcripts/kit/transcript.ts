/** Pages that show sessions: indented blocks in which somebody types a command and sees what it says. */

/** What one person typed, and what the page shows of the answer. */
export interface Step {
  readonly person: string;
  /** As typed: lines that end in a backslash and the next one. */
  readonly command: string;
  /** Lines of stdout and stderr as they came; `…` stands for any number of them. */
  readonly shown: readonly string[];
  /** Of the command in the page, from 1. */
  readonly line: number;
}

const prompt = /^ {4}([a-z][a-z0-9-]*)\$ (.*)$/;

/** The steps of a page of Markdown, in order: `alice$ tuf-on-git status` and what follows it. */
export function stepsOf(page: string): readonly Step[] {
  const lines = page.split('\n');
  const steps: Step[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const [, person, first = ''] = prompt.exec(lines[index] ?? '') ?? [];
    if (person === undefined) continue;
    const line = index + 1;
    const command = [first];
    while (command.at(-1)?.endsWith('\\') === true) {
      command.push((lines[(index += 1)] ?? '').trim());
    }
    const shown: string[] = [];
    while (isAnswer(lines, index + 1)) shown.push((lines[(index += 1)] ?? '').slice(4));
    steps.push({ person, command: command.join('\n'), shown: trimmed(shown), line });
  }
  return steps;
}

/** An empty line belongs to the answer while the block goes on behind it. */
function isAnswer(lines: readonly string[], index: number): boolean {
  const line = lines[index];
  if (line === undefined || prompt.test(line)) return false;
  return line.startsWith('    ') || (line === '' && isAnswer(lines, index + 1));
}

function trimmed(lines: readonly string[]): readonly string[] {
  return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1);
}

/** The page with these answers in the place of those that it shows, one for each step. */
export function withAnswers(page: string, answers: readonly (readonly string[])[]): string {
  const lines = page.split('\n');
  for (const [index, { line, command, shown }] of [...stepsOf(page).entries()].reverse()) {
    const answer = (answers[index] ?? []).map((text) => (text === '' ? '' : `    ${text}`));
    lines.splice(line - 1 + command.split('\n').length, shown.length, ...answer);
  }
  return lines.join('\n');
}
