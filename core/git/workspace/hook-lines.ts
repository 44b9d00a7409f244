import { visible } from '../../error/error.ts';

/** Gathers what a server says during a push, in pieces of any size, as whole lines. */
export interface HookLines {
  readonly take: (piece: string) => void;
  /** The lines so far, with the last one even if it has no end. */
  readonly end: () => readonly string[];
}

/**
 * Lines are passed on without `remote: `, padding and terminal escapes: a server's words are shown,
 * not obeyed.
 */
export function collectLines(
  onLine: (line: string) => void,
  isWanted: (raw: string) => boolean = () => true,
): HookLines {
  const lines: string[] = [];
  let rest = '';
  const add = (raw: string): void => {
    const line = cleaned(raw);
    if (line === '' || !isWanted(raw)) return;
    lines.push(line);
    onLine(line);
  };
  return {
    take: (piece) => {
      const parts = (rest + piece).split(/\r\n|\n|\r/);
      rest = parts.pop() ?? '';
      parts.forEach(add);
    },
    end: () => {
      add(rest);
      rest = '';
      return lines;
    },
  };
}

function cleaned(raw: string): string {
  const withoutErase = raw.replaceAll('\u001b[K', '');
  return visible(withoutErase.replace(/^remote: ?/, '').trimEnd());
}
