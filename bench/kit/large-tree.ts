/**
 * The files of a repository of many roles: `targets` delegates to groups, each of which delegates to
 * its roles. Every signature is real; a few keys serve all of them, and a few contents stand behind
 * all targets.
 */
import { createHash } from 'node:crypto';
import type { JsonObject } from '../../core/metadata/json.ts';
import {
  keysOf,
  makeKey,
  people,
  roleSigned,
  signaturesOf,
  type TestKey,
} from '../../test/kit/source-tree.ts';
import { range, targetLayout, type Shape, type TargetLayout } from './target-layout.ts';

export type SourceFile = readonly [path: string, bytes: Uint8Array];

/** What the targets hold: the first of a role has the first content, and so on round. */
export const contents = range(32).map((count) => `content ${count} of many targets`);
const entries = contents.map((content) => ({
  hashes: { sha256: createHash('sha256').update(content).digest('hex') },
  length: content.length,
}));

export class LargeTree {
  /** How many there are below the groups. */
  readonly roles: number;
  readonly #shape: Shape;
  readonly #layout: TargetLayout;
  readonly #keys = range(4).map(() => makeKey());
  /** By role. */
  readonly #targets: string[][];
  readonly #versions: number[];

  constructor(shape: Shape) {
    this.roles = shape.groups * shape.rolesPerGroup;
    this.#shape = shape;
    this.#layout = targetLayout(shape);
    this.#targets = this.#layout.start();
    this.#versions = range(this.roles).map(() => 1);
  }

  /** Version 1 of `targets`, every group and every role. */
  *files(): Iterable<SourceFile> {
    const { groups, rolesPerGroup } = this.#shape;
    const toGroups = range(groups).map((group) =>
      this.#delegation(`g${group}`, group, this.#layout.ofGroup(group)),
    );
    yield fileOf('targets', this.#delegator(toGroups), people.admin);
    for (let group = 0; group < groups; group += 1) {
      const toRoles = range(rolesPerGroup).map((count) => {
        const role = group * rolesPerGroup + count;
        return this.#delegation(this.#name(role), role, this.#layout.ofRole(role));
      });
      yield fileOf(`g${group}`, this.#delegator(toRoles), this.key(group));
    }
    for (let role = 0; role < this.roles; role += 1) yield this.#file(role);
  }

  /** The next version of a role, with one target more. */
  next(role: number): SourceFile {
    const paths = this.#targets[role] ?? [];
    paths.push(this.#layout.next(role, paths.length));
    this.#versions[role] = (this.#versions[role] ?? 0) + 1;
    return this.#file(role);
  }

  #file(role: number): SourceFile {
    const targets: JsonObject = {};
    for (const [count, path] of (this.#targets[role] ?? []).entries()) {
      targets[path] = entries[count % entries.length] ?? {};
    }
    return fileOf(this.#name(role), roleSigned(this.#versions[role] ?? 1, targets), this.key(role));
  }

  #delegator(roles: JsonObject[]): JsonObject {
    return { ...roleSigned(1, {}), delegations: { keys: keysOf(...this.#keys), roles } };
  }

  #delegation(name: string, index: number, paths: JsonObject): JsonObject {
    return { name, keyids: [this.key(index).keyid], threshold: 1, terminating: true, ...paths };
  }

  #name(role: number): string {
    const { rolesPerGroup } = this.#shape;
    return `g${Math.floor(role / rolesPerGroup)}-r${role % rolesPerGroup}`;
  }

  /** Of a role below the groups, by its number. */
  key(index: number): TestKey {
    return this.#keys[index % this.#keys.length] ?? people.admin;
  }
}

/** On one line: a million targets are written soon enough that way. */
function fileOf(role: string, signed: JsonObject, key: TestKey): SourceFile {
  const document = { signed, signatures: signaturesOf(signed, [key]) };
  return [`metadata/${role}.json`, Buffer.from(`${JSON.stringify(document)}\n`)];
}
