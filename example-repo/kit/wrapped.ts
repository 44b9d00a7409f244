/** A text in lines of at most so many characters, broken between words where there are any. */
export function wrapped(text: string, width: number): readonly string[] {
  if (text.length <= width) return [text];
  const space = text.lastIndexOf(' ', width);
  const end = space > width / 2 ? space : width;
  return [text.slice(0, end), ...wrapped(text.slice(end).trimStart(), width)];
}
