/** Entries of targets and the files behind them, in ways good and bad. */
import { createHash } from 'node:crypto';
import type { JsonObject, JsonValue } from '../../../../core/metadata/json.ts';
import type { Choices } from '../choices.ts';
import type { Draft } from '../draft.ts';
import { delegationOf, editTargets, listedTargets } from '../draft-json.ts';
import { pathIn, profileOf } from '../target-paths.ts';
import { editing, type Edit } from './edits.ts';
import { oddCustoms, oddParts, otherHashes } from './odd-entries.ts';

interface Place {
  readonly role: string;
  readonly targets: Record<string, JsonObject>;
  readonly entry: JsonObject;
  readonly path: string;
  readonly draft: Draft;
  readonly choices: Choices;
}

/** An edit of one entry that is there. */
function ofOne(change: (place: Place) => unknown): Edit {
  return (draft, choices) => {
    const { role, path } = choices.maybeOf(listedTargets(draft)) ?? {};
    if (role === undefined || path === undefined) return undefined;
    const targets = editTargets(draft, role);
    const entry = targets[path] ?? {};
    const detail = change({ role, targets, entry, path, draft, choices });
    return `${role}, ${path}${detail === undefined ? '' : `: ${JSON.stringify(detail)}`}`;
  };
}

export const changeTargets = editing([
  [
    'a path like another',
    ofOne((place) => {
      const parts = place.path.split('/');
      const path = parts
        .with(place.choices.below(parts.length), place.choices.of(oddParts))
        .join('/');
      return list(place, path);
    }),
  ],
  ['a path in another case', ofOne((place) => list(place, place.path.toUpperCase()))],
  ['a path below another', ofOne((place) => list(place, `${place.path}/a`))],
  [
    'listed by another role too',
    ofOne(({ entry, path, draft, choices }) => {
      const role = choices.of(draft.roles());
      editTargets(draft, role)[path] = structuredClone(entry);
      return role;
    }),
  ],
  [
    'listed by another role',
    ofOne(({ targets, entry, path, draft, choices }) => {
      const role = choices.of(draft.roles());
      Reflect.deleteProperty(targets, path);
      editTargets(draft, role)[path] = entry;
      return role;
    }),
  ],
  [
    'listed by its delegator too',
    ofOne(({ role, entry, path, draft }) => {
      const delegator = draft.delegatorOf(role) ?? role;
      editTargets(draft, delegator)[path] = structuredClone(entry);
      return delegator;
    }),
  ],
  ['a target that may be hidden', listAnywhere],
  [
    'another length',
    ofOne(
      ({ entry, choices }) =>
        (entry['length'] = choices.of<JsonValue>([
          0,
          -1,
          Number(entry['length']) + 1,
          '1',
          2 ** 40,
        ])),
    ),
  ],
  [
    'other hashes',
    ofOne(({ entry, choices }) => (entry['hashes'] = choices.of(otherHashes)(entry))),
  ],
  [
    'another custom',
    ofOne(({ entry, choices }) => (entry['custom'] = choices.of<JsonValue>(oddCustoms))),
  ],
  [
    'a field more',
    ofOne(({ entry, choices }) => (entry[choices.of(['x-more', 'size', 'Length'])] = 1)),
  ],
  [
    'another file',
    ofOne(({ path, draft, choices }) => {
      draft.putTarget(path, Buffer.from(choices.of(['', 'other', 'a'.repeat(100)])));
    }),
  ],
  [
    'the file gone',
    ofOne(({ path, draft }) => {
      draft.removeTarget(path);
    }),
  ],
  [
    'the entry gone, the file left',
    ofOne(({ targets, path }) => {
      Reflect.deleteProperty(targets, path);
    }),
  ],
  [
    'an empty file',
    ofOne((place) => {
      fill(place, '');
    }),
  ],
  [
    'a pointer of git-lfs',
    ofOne((place) => {
      fill(place, 'version https://git-lfs.github.com/spec/v1\n');
    }),
  ],
]);

/** The same entry and the same file under one more path. */
function list({ targets, path, entry, draft }: Place, also: string): string {
  const content = draft.target(path);
  targets[also] = structuredClone(entry);
  if (content !== undefined) draft.putTarget(also, content);
  return also;
}

/** By a role that has the path, whether or not clients find it there. */
function listAnywhere(draft: Draft, choices: Choices): string | undefined {
  const role = choices.maybeOf(draft.roles().slice(1));
  const patterns = role === undefined ? undefined : delegationOf(draft, role)?.paths;
  if (role === undefined || patterns === undefined) return undefined;
  const path = pathIn(choices.of(patterns), profileOf(draft.signed('root')), choices);
  const targets = editTargets(draft, role);
  targets[path] = {};
  const entry = targets[path];
  fill({ role, targets, entry, path, draft, choices }, 'content');
  return `${role}, ${path}`;
}

function fill({ path, entry, draft }: Place, text: string): undefined {
  const content = Buffer.from(text);
  const sha256 = createHash('sha256').update(content).digest('hex');
  Object.assign(entry, { length: content.length, hashes: { sha256 } });
  draft.putTarget(path, content);
}
