/** Many malformed files for one role, and what became of them. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TufOnGitError } from '../../../../core/error/error.ts';
import { canonicalBytes, type Document } from '../../../../core/metadata/document.ts';
import { isObject, type JsonObject } from '../../../../core/metadata/json.ts';
import { toJson } from '../../../../core/metadata/model.ts';
import { choicesOf, type Choices } from '../choices.ts';
import { believerOf } from './believe.ts';
import {
  canonicalOf,
  fuzzedRoles,
  signedAnew,
  signedPart,
  type FuzzedRole,
  type Generations,
} from './fuzzed-repository.ts';
import { loosen, print, type Loose } from './loose-json.ts';
import { damaged, mutated } from './mutate.ts';

export interface FuzzTally {
  /** How many were refused with each code. */
  readonly codes: ReadonlyMap<string, number>;
  /** The files that were believed. */
  readonly believed: readonly Uint8Array[];
  readonly slowestMs: number;
}

export interface FuzzRuns {
  readonly seed: number;
  readonly numRuns: number;
}

/** How a case comes to be: `signed` ones are signed by the right keys after they were changed. */
const ways = ['signed', 'structure', 'bytes', 'swapped'] as const;
type Way = (typeof ways)[number];

/** @throws when a case ends with anything but belief or a fault: the smallest that there is */
export async function fuzzRole(
  role: FuzzedRole,
  generations: Generations,
  { seed, numRuns }: FuzzRuns,
): Promise<FuzzTally> {
  const codes = new Map<string, number>();
  const believed: Uint8Array[] = [];
  let slowestMs = 0;
  const property = fc.asyncProperty(fc.gen(), async (generate) => {
    const choices = choicesOf(generate);
    const way = choices.of(['signed', 'signed', ...ways] as const);
    const bytes = makeCase(role, way, generations, choices);
    const start = performance.now();
    const code = await codeOf(role, way, bytes, generations);
    slowestMs = Math.max(slowestMs, performance.now() - start);
    codes.set(code, (codes.get(code) ?? 0) + 1);
    if (code === 'believed') believed.push(bytes);
  });
  await fc.assert(property, { seed, numRuns, unbiased: true, endOnFailure: true });
  return { codes, believed, slowestMs };
}

function makeCase(
  role: FuzzedRole,
  way: Way,
  { next, old, repository }: Generations,
  choices: Choices,
): Uint8Array {
  const original = next[role];
  if (way === 'bytes') return damaged(original, choices);
  if (way === 'swapped') return choices.of([old, next])[choices.of(fuzzedRoles)];
  if (way === 'structure') {
    const envelope = JSON.parse(Buffer.from(original).toString()) as JsonObject;
    return Buffer.from(print(mutated(loosen(envelope), choices)));
  }
  const change = (signed: Loose) => (choices.oneIn(20) ? signed : mutated(signed, choices));
  return signedAnew(change(signedPart(original)), repository.signersOf(role));
}

/** A fault's code, or `believed`. @throws what is no fault, and where belief is wrong */
async function codeOf(
  role: FuzzedRole,
  way: Way,
  bytes: Uint8Array,
  generations: Generations,
): Promise<string> {
  const believer = believerOf(role, generations);
  try {
    const document = believer.believe(bytes);
    if (document === undefined) return 'nothing new';
    requireSameMeaning(document);
    if (way !== 'signed') requireSigned(document, generations.next[role]);
  } catch (error) {
    return codeOfFault(error);
  }
  try {
    await believer.goOn();
  } catch (error) {
    codeOfFault(error);
  }
  return 'believed';
}

function codeOfFault(error: unknown): string {
  if (!(error instanceof TufOnGitError)) throw error;
  const [family = ''] = error.code.split('.');
  assert.ok(families.has(family), `${error.code} is no code of metadata`);
  return error.code;
}

const families = new Set([
  ...['json', 'role', 'root', 'signature', 'key', 'name', 'path', 'metadata', 'rollback'],
  ...['version', 'search', 'target', 'delegation'],
]);

/** What the model holds is what was signed, whole. */
function requireSameMeaning(document: Document): void {
  const { signed } = document;
  const known = { ...toJson(signed), ...otherMeta(document) };
  assert.deepEqual(
    Buffer.from(canonicalBytes(known, 'the model')).toString(),
    Buffer.from(canonicalBytes(withDefaults(document), 'the file')).toString(),
  );
}

/** What may be absent by TUF 1.0.34 §4.3 and by the example of §4.5 means false then. */
function withDefaults({ type, signedJson }: Document): JsonObject {
  if (type === 'root') return { consistent_snapshot: false, ...signedJson };
  const { delegations } = signedJson;
  if (!isObject(delegations) || !Array.isArray(delegations['roles'])) return signedJson;
  const roles = delegations['roles'].map((role) =>
    isObject(role) ? { terminating: false, ...role } : role,
  );
  return { ...signedJson, delegations: { ...delegations, roles } };
}

/** TUF 1.0.34 §4.6 has one entry here; whatever else stands beside it means nothing. */
function otherMeta({ type, signedJson }: Document): JsonObject {
  return type === 'timestamp' ? { meta: signedJson['meta'] ?? {} } : {};
}

/** Without the keys nobody can have anything believed but what was signed. */
function requireSigned(document: Document, original: Uint8Array): void {
  const text = print(signedPart(original));
  assert.deepEqual(Buffer.from(document.signedBytes), canonicalOf(text));
}
