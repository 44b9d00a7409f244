/** The bytes of one metadata file: their form, their size, and that the model keeps all of them. */
import type { Document } from '../metadata/document.ts';
import { equalJson, isObject, type JsonObject, type JsonValue } from '../metadata/json.ts';
import { toJson } from '../metadata/model.ts';
import { checkStrictJson } from '../metadata/strict-json.ts';
import { rootFile } from './state.ts';
import { finding, type RuleFinding } from './verdict.ts';

const maxRootBytes = 500_000;
const maxTargetsBytes = 4_900_000;

/** Asked before the bytes are read. */
export function* checkSize(file: string, size: number): Iterable<RuleFinding> {
  const isRoot = file === rootFile || file.startsWith('metadata/root_history/');
  const most = isRoot ? maxRootBytes : maxTargetsBytes;
  if (size > most) {
    const code = isRoot ? 'size.root' : 'size.targets';
    yield finding(code, file, `${size} bytes; clients take ${most} at most`);
  }
}

/** The file as JSON, unless two clients could read it differently: then what they would stumble over. */
export function readBytes(
  file: string,
  bytes: Uint8Array,
): { readonly findings: readonly RuleFinding[]; readonly json?: JsonValue } {
  const findings = checkStrictJson(bytes, file);
  if (findings.length > 0) return { findings };
  const json = JSON.parse(new TextDecoder().decode(bytes)) as JsonValue;
  return { findings: [...checkEnvelope(file, json)], json };
}

function* checkEnvelope(file: string, envelope: JsonValue): Iterable<RuleFinding> {
  if (!isObject(envelope) || Object.keys(envelope).sort().join() !== 'signatures,signed') {
    yield finding('json.envelope', file, 'the file is not exactly {"signatures", "signed"}');
    return;
  }
  const entries = Array.isArray(envelope['signatures']) ? envelope['signatures'] : [];
  for (const entry of entries) {
    yield* only(entry, ['keyid', 'sig'], `${file}#/signatures`);
  }
}

/** What the model makes of the file, written again, must be the file. */
export function* checkAgreement(file: string, document: Document): Iterable<RuleFinding> {
  if (!equalJson(toJson(document.signed), document.signedJson)) {
    yield finding('json.disagreement', file, 'two readings of this file differ');
  }
}

/** Inside delegations only known fields: some clients drop others and then fail the signature. */
export function* checkKnownFields(file: string, signed: JsonObject): Iterable<RuleFinding> {
  yield* checkKeyFields(file, signed['keys']);
  yield* checkRoleFields(file, signed['roles'], '#/signed/roles');
  const delegations = signed['delegations'];
  if (!isObject(delegations)) return;
  yield* only(delegations, ['keys', 'roles', 'succinct_roles'], `${file}#/signed/delegations`);
  yield* checkKeyFields(file, delegations['keys']);
  yield* checkRoleFields(file, delegations['roles'], '#/signed/delegations/roles');
}

function* checkKeyFields(file: string, keys: JsonValue | undefined): Iterable<RuleFinding> {
  for (const [keyid, key] of entriesOf(keys)) {
    const where = `${file}, key ${keyid.slice(0, 8)}`;
    yield* only(key, ['keytype', 'scheme', 'keyval'], where, /^x-/);
    yield* only(isObject(key) ? key['keyval'] : undefined, ['public'], where);
  }
}

const roleFields = [
  'name',
  'keyids',
  'threshold',
  'terminating',
  'paths',
  'path_hash_prefixes',
] as const;

function* checkRoleFields(
  file: string,
  roles: JsonValue | undefined,
  at: string,
): Iterable<RuleFinding> {
  const isRoot = at === '#/signed/roles';
  const known = isRoot ? ['keyids', 'threshold'] : roleFields;
  for (const [, role] of entriesOf(roles)) {
    yield* only(role, known, `${file}${at}`, isRoot ? /^x-/ : undefined);
  }
}

function* only(
  value: JsonValue | undefined,
  known: readonly string[],
  where: string,
  also?: RegExp,
): Iterable<RuleFinding> {
  if (!isObject(value)) return;
  for (const name of Object.keys(value)) {
    if (known.includes(name) || also?.test(name) === true) continue;
    yield finding('json.unknown-field', where, `the field ${name} is not known here`);
  }
}

function entriesOf(value: JsonValue | undefined): [string, JsonValue][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}
