/**
 * Which texts are the same to people and to file systems. Normalising takes time with the square of
 * the marks that stand in a row, so that a text with more than any language has is in no form at all:
 * 30, as in the stream-safe format of Unicode (UAX #15 §13).
 */
const tooManyMarks = /\p{M}{31}/u;

/** True when it is in NFC. */
export function isNormal(text: string): boolean {
  return !tooManyMarks.test(text) && text.normalize('NFC') === text;
}

/** Equal for names that differ only in case or in form. What begins alike begins alike folded. */
export function folded(text: string): string {
  const normal = tooManyMarks.test(text) ? text : text.normalize('NFC');
  // To upper case as well: ß is SS there, ς and σ are one. The dotless ı is no i in any case folding.
  return normal.toLowerCase().replaceAll(/[^ı]+/g, (part) => part.toUpperCase());
}
