/** Values out of metadata, made printable: pieces of what somebody sees before they sign. */
import { visible } from '../../error/error.ts';
import type { JsonValue } from '../../metadata/json.ts';
import type { Difference } from './role-change.ts';

/** `+` for what comes, `-` for what goes, `~` for what is another afterwards. */
export function sign({ before, after }: Difference<unknown>): string {
  if (before === undefined) return '+';
  return after === undefined ? '-' : '~';
}

export function fieldLine({ name, before, after }: Difference): string {
  const [was, is] = [textOf(before), textOf(after)];
  if (before === undefined) return `+ ${visible(name)}: ${is}`;
  if (after === undefined) return `- ${visible(name)}: was ${was}`;
  return `~ ${visible(name)}: ${was} → ${is}`;
}

/** A field that may be none that this version has words for: it is shown as it is, and so marked. */
export function strangeLine(field: Difference, known: readonly string[]): string {
  if (known.includes(field.name)) return fieldLine(field);
  return `${fieldLine(field)}  (NOT KNOWN to this version: ask what it means before you sign)`;
}

export function textOf(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing';
  return visible(typeof value === 'string' ? value : JSON.stringify(value));
}

export function textsOf(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.map((entry) => (typeof entry === 'string' ? entry : '')) : [];
}
