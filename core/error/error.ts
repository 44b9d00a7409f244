import type { Code } from './codes.ts';

/** What is wrong, where, and what to do: one line for a person, fields for a program. */
export interface Finding<C extends Code = Code> {
  readonly code: C;
  /** File, role, URL, setting or JSON pointer: printable text, never raw input. */
  readonly where: string;
  readonly message: string;
  readonly hint?: string;
}

/**
 * The one error type of this project. Whatever else is thrown is a defect of ours and keeps its
 * stack trace; this one is mapped at each edge to a hook line, an HTTP status or an exit status.
 */
export class TufOnGitError extends Error implements Finding {
  override readonly name = 'TufOnGitError';
  readonly code: Code;
  readonly where: string;
  readonly hint?: string;

  constructor(finding: Finding, options?: { cause?: unknown }) {
    super(finding.message, options);
    this.code = finding.code;
    this.where = finding.where;
    if (finding.hint !== undefined) this.hint = finding.hint;
  }
}

/** Shorthand for the usual case: `throw fault('key.form', 'metadata/root.json', 'not PEM')`. */
export function fault(
  code: Code,
  where: string,
  message: string,
  more: { hint?: string; cause?: unknown } = {},
): TufOnGitError {
  const finding: Finding =
    more.hint === undefined ? { code, where, message } : { code, where, message, hint: more.hint };
  return new TufOnGitError(finding, more.cause === undefined ? undefined : { cause: more.cause });
}

/** `[code] where: message; hint`, as every edge prints it. */
export function line(finding: Finding): string {
  const hint = finding.hint === undefined ? '' : `; ${finding.hint}`;
  return `[${finding.code}] ${visible(finding.where)}: ${visible(finding.message)}${visible(hint)}`;
}

/** Control, format and bidirectional characters made visible, so that no input reaches a terminal raw. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) => {
    const point = character.codePointAt(0) ?? 0;
    return `\\u{${point.toString(16).padStart(4, '0')}}`;
  });
}
