/**
 * Where to look in the delegation graph: an interest is a set of target paths, and its question is
 * whether a delegation may lead to one of them. The answer may be yes too often, never no too often.
 *
 * Paths count as near when they fold to one path or when one is a folder of the other, for two such
 * targets cannot lie side by side (`path.twin`, `path.folder`).
 *
 * It is asked before any signature is verified, of whatever somebody pushed: the time that it takes
 * grows with the paths and with the delegations, not with both at once.
 */
import { createHash } from 'node:crypto';
import { folded } from '../../metadata/text-form.ts';
import type { DelegatedRole } from '../../metadata/tufjs.ts';
import { Beginnings, firstFrom } from './beginnings.ts';
import { once } from '../once.ts';

/** True when a role with this delegation may list one of the paths, or one near to it. */
export type Interest = (delegation: DelegatedRole) => boolean;

/** Of paths that begin as a pattern does, more are not looked at: it may reach them. */
const maxCandidates = 64;

/** Some target paths, and whatever is near to them. */
export function interestInPaths(paths: readonly string[]): Interest {
  const sorted = [...new Set(paths.map(folded))].sort();
  const all = new Set(sorted);
  const digests = once(() => paths.map(sha256).sort());
  const reaches = (pattern: string) => {
    const start = literalStart(pattern);
    if (foldersOf(start).some((folder) => all.has(folder))) return true;
    const first = firstFrom(sorted, start);
    for (const [at, path] of sorted.slice(first, first + maxCandidates + 1).entries()) {
      if (!path.startsWith(start)) return false;
      if (at === maxCandidates || isNear(formOf(pattern), path)) return true;
    }
    return false;
  };
  const isBeginning = (prefix: string) =>
    digests()[firstFrom(digests(), prefix)]?.startsWith(prefix) === true;
  return ({ paths: patterns, pathHashPrefixes = [] }) =>
    patterns?.some(reaches) ?? pathHashPrefixes.some(isBeginning);
}

/** All that some delegations cover, by the matcher of any client. */
export function interestInDelegations(zones: readonly DelegatedRole[]): Interest {
  const starts = new Beginnings(zones.flatMap(({ paths = [] }) => paths.map(literalStart)));
  const prefixes = new Beginnings(zones.flatMap(({ pathHashPrefixes = [] }) => pathHashPrefixes));
  const isByHash = zones.some(({ paths }) => paths === undefined);
  const isByPath = zones.some(({ paths }) => paths !== undefined);
  return ({ paths, pathHashPrefixes = [] }) =>
    paths === undefined
      ? isByPath || pathHashPrefixes.some((prefix) => prefixes.meet(prefix))
      : isByHash || paths.some((pattern) => starts.meet(literalStart(pattern)));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** What a pattern begins with before its first `*` or `?`, some clients' `*` crossing `/`. */
function literalStart(pattern: string): string {
  return folded(/^[^*?]*/.exec(pattern)?.[0] ?? '');
}

/** The folders of a path, or of the beginning of one. */
function foldersOf(path: string): readonly string[] {
  return [...path.matchAll(/\//g)].map(({ index }) => path.slice(0, index));
}

/** A pattern, folded. */
interface PatternForm {
  /** Between its slashes. */
  readonly parts: readonly string[];
  /** Between its `*` and `?`. */
  readonly pieces: readonly string[];
}

const forms = new Map<string, PatternForm>();

function formOf(pattern: string): PatternForm {
  let form = forms.get(pattern);
  if (form === undefined) {
    if (forms.size > 65_536) forms.clear();
    const text = folded(pattern);
    form = { parts: text.split('/'), pieces: text.split(/[*?]+/) };
    forms.set(pattern, form);
  }
  return form;
}

function isNear({ parts, pieces }: PatternForm, path: string): boolean {
  return beginAlike(parts, path.split('/')) || (pieces.length > 1 && holds(path, pieces));
}

/** Whether what they have in common at the beginning may be the same. */
function beginAlike(pattern: readonly string[], path: readonly string[]): boolean {
  const common = Math.min(pattern.length, path.length);
  for (let index = 0; index < common; index += 1) {
    const part = pattern[index] ?? '';
    if (!/[*?]/.test(part) && part !== path[index]) return false;
  }
  return true;
}

/** Whether the pieces stand in it one after the other, as where `*` crosses `/`. */
function holds(path: string, pieces: readonly string[]): boolean {
  let at = 0;
  for (const piece of pieces) {
    const found = path.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return true;
}
