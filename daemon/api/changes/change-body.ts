/** The body of `POST /changes`, and the files of the source tree that it speaks of. */
import { z } from 'zod';
import { fault } from '../../../core/error/error.ts';
import { isObjectId, type ObjectId } from '../../../core/git/object-id.ts';
import { refuseDepth } from '../../../core/metadata/document.ts';
import { isObject, type JsonObject, type JsonValue } from '../../../core/metadata/json.ts';
import { isSafeTargetPath } from '../../../core/metadata/names.ts';
import { eventOf, eventRefs, mainRef } from '../../../core/rules/ref-rules.ts';
import { roleFile, rootHistoryFile, targetFile } from '../../../core/rules/state.ts';
import { Refusal } from '../problems.ts';

/** What is larger belongs into the blob store. */
const maxInlineBytes = 2 ** 20;

const base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/, 'must be base64');

/** A target file: in the blob store, or sent along. */
export const inBlobStore = z.strictObject({
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex'),
});
export const sentAlong = z.strictObject({ content: base64 });

const targetPlace = z.union([inBlobStore, sentAlong, z.null()]);

export const changeBody = z.strictObject({
  base: z.string().optional(),
  event: z.string().optional(),
  message: z.string().max(4096).optional(),
  metadata: z.record(z.string(), z.union([base64, z.null()])).default({}),
  targets: z.record(z.string(), targetPlace).default({}),
});

export type ChangeBody = z.infer<typeof changeBody>;

/** A change as somebody wants it: nothing about it has been judged. */
export interface WantedChange {
  readonly ref: string;
  /** The commit that it was made on. */
  readonly base: ObjectId;
  readonly message: string;
  /** Role → its file, byte for byte; undefined: the file goes. */
  readonly metadata: ReadonlyMap<string, Buffer | undefined>;
  /** Target path → its file in git; undefined where there is none, or none any more. */
  readonly targets: ReadonlyMap<string, Buffer | undefined>;
}

/**
 * @throws Refusal 428 without a base, 422 with all that is wrong in form: `name.form` for a role that
 *   has no file, `change.form`
 */
export function wantedChange(body: ChangeBody): WantedChange {
  const { base, event, message = 'change', metadata, targets } = body;
  if (base === undefined) {
    throw new Refusal(428, [
      fault('change.no-base', 'base', 'a change names the commit that it was made on', {
        hint: 'ask for it: GET /api/v1/status',
      }),
    ]);
  }
  const ref = event === undefined ? mainRef : `${eventRefs}${event}`;
  const found = [
    ...(isObjectId(base) ? [] : [fault('change.form', 'base', 'it is no commit id')]),
    ...(ref === mainRef || eventOf(ref) !== undefined
      ? []
      : [fault('git.ref', 'event', 'a name is letters, digits and ._-')]),
    ...badNames(metadata),
    ...badTargets(body),
  ];
  if (Object.keys(metadata).length + Object.keys(targets).length === 0) {
    found.push(fault('change.form', 'metadata', 'the change holds nothing'));
  }
  if (found.length > 0 || !isObjectId(base)) throw new Refusal(422, found);
  return { ref, base, message, metadata: decoded(metadata), targets: placed(targets) };
}

/** The files of a change, by their paths in the source tree. */
export function filesOf({ metadata, targets }: WantedChange): Map<string, Buffer | undefined> {
  const files = new Map<string, Buffer | undefined>();
  for (const [role, bytes] of metadata) {
    files.set(roleFile(role), bytes);
    const version = role === 'root' && bytes !== undefined && signedIn(bytes)?.['version'];
    if (typeof version === 'number') files.set(rootHistoryFile(version), bytes);
  }
  for (const [path, bytes] of targets) files.set(targetFile(path), bytes);
  return files;
}

/** `signed` of what may be metadata. */
export function signedIn(bytes: Uint8Array): JsonObject | undefined {
  try {
    const json = JSON.parse(Buffer.from(bytes).toString('utf8')) as JsonValue;
    refuseDepth(json, 'signed');
    return isObject(json) && isObject(json['signed']) ? json['signed'] : undefined;
  } catch {
    return undefined; // the rules say what is wrong with it
  }
}

function badNames(metadata: ChangeBody['metadata']) {
  return Object.keys(metadata)
    .filter((role) => !/^[A-Za-z0-9][A-Za-z0-9._+-]{0,99}$/.test(role))
    .map(() => fault('name.form', 'metadata', 'a role name is letters, digits and ._+-'));
}

/** What is wrong with the form of a target, whoever lists it. */
export function badPlace(
  path: string,
  place: z.infer<typeof inBlobStore> | z.infer<typeof sentAlong> | null,
) {
  if (!isSafeTargetPath(path)) return [fault('path.form', 'targets', 'it is no target path')];
  if (place === null || !('content' in place)) return [];
  if (Buffer.byteLength(place.content, 'base64') <= maxInlineBytes) return [];
  const message = `what is sent along has at most ${maxInlineBytes} bytes`;
  const hint = 'put it into the blob store';
  return [fault('request.too-large', targetFile(path), message, { hint })];
}

function badTargets({ targets, metadata }: ChangeBody) {
  const listed = listedFiles(metadata);
  return Object.entries(targets).flatMap(([path, place]) => {
    const bad = badPlace(path, place);
    if (bad.length > 0 || place === null || 'content' in place) return bad;
    if (listed.has(`${place.sha256} ${path}`)) return [];
    const message = 'no role here lists it with that SHA-256';
    return [fault('change.form', targetFile(path), message)];
  });
}

/** What the roles of a change list, as `<sha256> <path>`. */
function listedFiles(metadata: ChangeBody['metadata']): ReadonlySet<string> {
  const listed = new Set<string>();
  for (const text of Object.values(metadata)) {
    const targets = signedIn(Buffer.from(text ?? '', 'base64'))?.['targets'];
    for (const [path, entry] of Object.entries(isObject(targets) ? targets : {})) {
      const hashes = isObject(entry) ? entry['hashes'] : undefined;
      const sha256 = isObject(hashes) ? hashes['sha256'] : undefined;
      if (typeof sha256 === 'string') listed.add(`${sha256} ${path}`);
    }
  }
  return listed;
}

function decoded(metadata: ChangeBody['metadata']) {
  return new Map(
    Object.entries(metadata).map(([role, text]) => [
      role,
      text === null ? undefined : Buffer.from(text, 'base64'),
    ]),
  );
}

function placed(targets: ChangeBody['targets']) {
  return new Map(
    Object.entries(targets).map(([path, place]) => [
      path,
      place !== null && 'content' in place ? Buffer.from(place.content, 'base64') : undefined,
    ]),
  );
}
