/** What people do with targets, done rightly. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../../core/metadata/json.ts';
import type { Choices } from './choices.ts';
import type { Draft } from './draft.ts';
import { delegationOf, editTargets, isFound, listedTargets } from './draft-json.ts';
import { entriesOf } from './reference-walk.ts';
import type { Step } from './step.ts';
import { pathIn, profileOf, topPattern } from './target-paths.ts';

export const addTarget: Step = (draft, choices) => {
  const role = choices.of(draft.roles());
  const profile = profileOf(draft.signed('root'));
  const patterns = delegationOf(draft, role)?.paths ?? [topPattern(profile, choices)];
  const path = pathIn(choices.of(patterns), profile, choices);
  if (listedTargets(draft).some((other) => isInTheWay(other.path, path))) return undefined;
  const targets = entriesOf(draft.signed(role));
  targets[path] = {};
  if (!isFound(draft, { role, path })) {
    Reflect.deleteProperty(targets, path);
    return undefined;
  }
  putTarget(draft, role, path, choices);
  return `${role} lists ${path}`;
};

export const changeTarget: Step = (draft, choices) => {
  const listed = choices.maybeOf(listedTargets(draft).filter((one) => isFound(draft, one)));
  if (listed === undefined) return undefined;
  putTarget(draft, listed.role, listed.path, choices);
  return `${listed.role} changes ${listed.path}`;
};

export const dropTarget: Step = (draft, choices) => {
  const listed = choices.maybeOf(listedTargets(draft));
  if (listed === undefined) return undefined;
  Reflect.deleteProperty(editTargets(draft, listed.role), listed.path);
  draft.removeTarget(listed.path);
  return `${listed.role} drops ${listed.path}`;
};

function putTarget(draft: Draft, role: string, path: string, choices: Choices): void {
  const content = Buffer.from(choices.draw(contents));
  const hash = (name: string) => createHash(name).update(content).digest('hex');
  const [sha256, sha512] = [hash('sha256'), hash('sha512')];
  const hashes = choices.of([{ sha256 }, { sha256, sha512 }, { sha512, sha256 }]);
  const custom = choices.oneIn(3) ? { custom: choices.draw(customs) } : {};
  draft.putTarget(path, content);
  editTargets(draft, role)[path] = { length: content.length, hashes, ...custom };
}

/** No two paths may be one where case does not count, nor one a folder of the other. */
function isInTheWay(one: string, other: string): boolean {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  return a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);
}

const contents = fc.uint8Array({ maxLength: 64 });

/** JSON without any shape, keys and texts beyond ASCII among it. */
const customs = fc.letrec<{ value: JsonValue; object: JsonObject }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, true, false),
    fc.maxSafeInteger(),
    fc.string({ unit: 'binary' }),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(
    fc.oneof(fc.stringMatching(/^[ -~]{0,6}$/), fc.constantFrom('ä', 'Key', 'key', '日本', 'sig')),
    tie('value'),
    { maxKeys: 4 },
  ),
})).object;
