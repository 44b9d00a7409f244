import { ruleCodes } from '../../../core/error/codes.ts';
import type { Finding } from '../../../core/error/error.ts';

const prefix = 'tuf-on-git: ';

/**
 * What the hook refused a push for, read from its lines as `hooks/say.ts` writes them: one for each
 * fault, `refused [code] where: message; hint`, or over several of which the others are indented.
 */
export function hookFindings(text: string): readonly Finding[] {
  const findings: { code: string; words: string[] }[] = [];
  for (const line of hookLines(text)) {
    const [, code, words = ''] = /^refused \[([a-z0-9.-]+)\] ?(.*)$/.exec(line) ?? [];
    if (code !== undefined) findings.push({ code, words: [words] });
    else if (line.startsWith(' ')) findings.at(-1)?.words.push(line.trim());
  }
  return findings.flatMap(({ code, words }) => {
    const known = ruleCodes.find((rule) => rule === code);
    return known === undefined ? [] : [{ code: known, ...placeAndMessage(words.join(' ')) }];
  });
}

function placeAndMessage(words: string): { readonly where: string; readonly message: string } {
  const colon = words.indexOf(': ');
  if (colon < 0) return { where: 'the push', message: words };
  return { where: words.slice(0, colon), message: words.slice(colon + 2) };
}

function hookLines(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const at = line.indexOf(prefix);
    return at < 0 ? [] : [line.slice(at + prefix.length).trimEnd()];
  });
}
