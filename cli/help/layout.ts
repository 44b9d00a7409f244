/** Terms in a column of their own, what they mean beside them, broken to the width of a terminal. */
export function definitions(terms: Readonly<Record<string, string>>): string {
  const indent = Math.min(22, Math.max(...Object.keys(terms).map(({ length }) => length)) + 4);
  return Object.entries(terms)
    .map(([term, meaning]) => {
      const lines = broken(meaning, 80 - indent).map((line) => ' '.repeat(indent) + line);
      const head = `  ${term}`;
      if (head.length + 2 > indent) return [head, ...lines].join('\n');
      return lines.join('\n').replace(' '.repeat(head.length), head);
    })
    .join('\n');
}

/** Words, broken to the width of a terminal. */
export function paragraph(text: string): string {
  return broken(text, 80).join('\n');
}

/** @param width in characters; a longer word has a line of its own */
function broken(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines.splice(-1, 1, `${last} ${word}`);
  }
  return lines;
}
