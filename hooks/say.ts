/**
 * What a pusher reads: lines of at most 100 columns on stdout, which git passes on. Standard error is
 * the operator's (install.ts).
 */
import { line, visible, type Finding } from '../core/error/error.ts';

const maxColumns = 100;
const prefix = 'tuf-on-git: ';

/** One line each where it fits; else message and hint follow on lines of their own. */
export function report(verb: 'refused' | 'notice', found: Finding): void {
  const { code, where, message, hint } = found;
  const forms = [
    [line(found)],
    [line({ code, where, message }), hint],
    [`[${code}] ${visible(where)}:`, message, hint],
    [`[${code}]`, `${where}:`, message, hint],
  ];
  const fitting = forms.find(([first = '']) => `${prefix}${verb} ${first}`.length <= maxColumns);
  const [first = '', ...more] = fitting ?? forms.at(-1) ?? [];
  say(`${verb} ${first}`);
  for (const text of more) if (text !== undefined) sayWrapped(text, ' ');
}

export function say(text: string): void {
  const whole = `${prefix}${text}`;
  const cut = whole.length > maxColumns ? `${whole.slice(0, maxColumns - 1)}…` : whole;
  process.stdout.write(`${cut}\n`);
}

/** As `say`, with what does not fit on lines of its own, one column further in. */
export function sayWrapped(text: string, indent = ''): void {
  let line = indent;
  for (const word of visible(text).split(' ')) {
    if (line.trim() !== '' && `${prefix}${line} ${word}`.length > maxColumns) {
      say(line);
      line = `${indent} `;
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  say(line);
}
