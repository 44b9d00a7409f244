import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { canonicalBytes, formatDocument } from '../../../core/metadata/document.ts';
import type { JsonObject } from '../../../core/metadata/json.ts';
import type { Clone } from '../../kit/git.ts';
import type { Maintainer } from './maintainer.ts';

/** Changes the `signed` part of a role; its version and expiry are seen to. */
export type Edit = (signed: JsonObject) => JsonObject;

interface Delegations {
  readonly keys: JsonObject;
  readonly roles: readonly JsonObject[];
}

/** Edits the source tree of a clone by hand, as a maintainer may who has nothing but git and a key. */
export class SourceEditor {
  readonly #clone: Clone;

  constructor(clone: Clone) {
    this.#clone = clone;
  }

  /** Replaces a role by its next version. */
  async nextVersion(
    role: string,
    signers: readonly Maintainer[],
    edit: Edit = (signed) => signed,
  ): Promise<void> {
    const before = await this.#signed(role);
    const version = Number(before['version']) + 1;
    await this.#write(role, { ...edit(before), version, expires: inDays(90) }, signers);
  }

  /**
   * Puts target files into the tree and lists them in the next version of a role.
   * @param files target path to content
   */
  async addTargets(
    role: string,
    signer: Maintainer,
    files: Readonly<Record<string, string>>,
  ): Promise<void> {
    const entries: Record<string, JsonObject> = {};
    for (const [target, content] of Object.entries(files)) {
      await this.#clone.write(`targets/${target}`, content);
      entries[target] = entryOf(content);
    }
    await this.nextVersion(role, [signer], (signed) => {
      return { ...signed, targets: { ...(signed['targets'] as JsonObject), ...entries } };
    });
  }

  /**
   * Delegates what lies three folders deep below NAME/ to a role NAME, one for each of `roles`, which
   * has that person's key and no targets yet.
   * @param admin signs the next version of targets
   * @param version of the new roles
   */
  async delegate(
    admin: Maintainer,
    roles: Readonly<Record<string, Maintainer>>,
    version = 1,
  ): Promise<void> {
    await this.nextVersion('targets', [admin], (signed) => {
      const { keys, roles: delegated } = delegationsOf(signed);
      const more = Object.values(roles).map(({ key }) => [key.keyid, key.json] as const);
      const added = Object.entries(roles).map(([name, { key }]) => delegation(name, key.keyid));
      const all = { ...keys, ...Object.fromEntries(more) };
      return { ...signed, delegations: { keys: all, roles: [...delegated, ...added] } };
    });
    const named = (await this.#signed('targets'))['x-tuf-on-git-repository'];
    for (const [name, person] of Object.entries(roles)) {
      const empty = { _type: 'targets', spec_version: '1.0.34', version, targets: {} };
      const signed = { ...empty, expires: inDays(90), 'x-tuf-on-git-repository': named ?? null };
      await this.#write(name, signed, [person]);
    }
  }

  /** Takes a role away: its delegation, its file, and its target files below `targets/NAME/`. */
  async undelegate(admin: Maintainer, name: string): Promise<void> {
    await this.nextVersion('targets', [admin], (signed) => {
      const { keys, roles } = delegationsOf(signed);
      const others = roles.filter((role) => role['name'] !== name);
      return { ...signed, delegations: { keys, roles: others } };
    });
    await rm(path.join(this.#clone.dir, `metadata/${name}.json`));
    await rm(path.join(this.#clone.dir, 'targets', name), { recursive: true, force: true });
  }

  async #signed(role: string): Promise<JsonObject> {
    const text = await readFile(path.join(this.#clone.dir, `metadata/${role}.json`), 'utf8');
    return (JSON.parse(text) as { readonly signed: JsonObject }).signed;
  }

  async #write(role: string, signed: JsonObject, signers: readonly Maintainer[]): Promise<void> {
    const bytes = canonicalBytes(signed, role);
    const signatures = await Promise.all(
      signers.map(async ({ key, signer }) => {
        return { keyid: key.keyid, sig: Buffer.from(await signer.sign(bytes)).toString('hex') };
      }),
    );
    const file = formatDocument(signed, signatures);
    await this.#clone.write(`metadata/${role}.json`, file);
    if (role !== 'root') return;
    await this.#clone.write(`metadata/root_history/${Number(signed['version'])}.root.json`, file);
  }
}

function delegationsOf(signed: JsonObject): Delegations {
  return (signed['delegations'] ?? { keys: {}, roles: [] }) as unknown as Delegations;
}

function delegation(name: string, keyid: string): JsonObject {
  return { name, keyids: [keyid], threshold: 1, terminating: true, paths: [`${name}/*/*/*`] };
}

/** Lists the SHA-512 first: some clients ask for a file by the first hash, others by SHA-256. */
function entryOf(content: string): JsonObject {
  const hash = (name: string) => createHash(name).update(content).digest('hex');
  return {
    length: Buffer.byteLength(content),
    hashes: { sha512: hash('sha512'), sha256: hash('sha256') },
  };
}

function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().replace(/\.\d+Z$/, 'Z');
}
