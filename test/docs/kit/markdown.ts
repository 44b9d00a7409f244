/** Pages of Markdown, as far as tests ask about them: their links and headings. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const top = path.resolve(import.meta.dirname, '../../..');

/** Paths from the top folder, of every page below a folder of it. */
export function pagesBelow(folder: string): readonly string[] {
  return readdirSync(path.join(top, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.posix.join(folder, name))
    .toSorted();
}

/** A link to a file: its path from the top folder, and the part of it, or the empty string. */
export interface Link {
  readonly text: string;
  readonly file: string;
  readonly anchor: string;
}

/** Links of a page to files; those to other sites are left out. */
export function linksOf(page: string): readonly Link[] {
  const links = prose(page).matchAll(/\]\(([^()\s]+)\)/g);
  return [...links].flatMap(([, text = '']) => {
    if (/^[a-z]+:/.test(text)) return [];
    const [file = '', anchor = ''] = text.split('#');
    const target = file === '' ? page : path.posix.join(path.posix.dirname(page), file);
    return [{ text, file: target.replace(/\/$/, ''), anchor }];
  });
}

/** Headings of a page as links name them. */
export function anchorsOf(page: string): ReadonlySet<string> {
  return new Set(headingsOf(page).map(anchorOf));
}

/** Headings below the title, in order. */
export function headingsOf(page: string): readonly string[] {
  return [...prose(page).matchAll(/^##+ (.+)$/gm)].map(([, text = '']) => text);
}

function anchorOf(heading: string): string {
  const words = heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '');
  return words.replaceAll(' ', '-');
}

/** Without blocks of code, in which nothing is a link or a heading. */
function prose(page: string): string {
  const text = readFileSync(path.join(top, page), 'utf8');
  return text.replaceAll(/^```.*?^```$/gms, '').replaceAll(/^ {4}.*$/gm, '');
}
