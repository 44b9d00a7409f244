/**
 * Targets roles of which there may be very many, kept in little memory: the file compressed, and what
 * is asked of all of them at once beside it. All else is read off the file when somebody asks.
 */
import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { periodsIn } from './draft.ts';
import { parseDocument, type Document, type RoleSignature } from './document.ts';
import type { JsonObject } from './json.ts';
import type { Targets } from './tufjs.ts';

/** What is asked of a role without a look at what it lists. */
export interface RoleFacts {
  readonly version: number;
  readonly expires: string;
  /** Of the file, in bytes. */
  readonly length: number;
  /** Of the file, in lower-case hex. */
  readonly sha256: string;
  /** What it says of its life and of when to sign it anew (`signingPeriodDays`). */
  readonly periods: JsonObject;
  /** False when no role can be below it. */
  readonly delegates: boolean;
  /** The first and the last target path in the order of strings; absent when it lists none. */
  readonly paths?: readonly [first: string, last: string];
}

export class PackedTargets implements Document<'targets'> {
  readonly type = 'targets';
  readonly facts: RoleFacts;
  /** The file, by raw deflate. */
  readonly packed: Uint8Array;
  #opened: WeakRef<Document<'targets'>> | undefined;

  /** @param packed as `packed` of one that was made of a document */
  constructor(facts: RoleFacts, packed: Uint8Array) {
    this.facts = facts;
    this.packed = packed;
  }

  static of(document: Document<'targets'>): PackedTargets {
    if (document instanceof PackedTargets) return document;
    return new PackedTargets(factsOf(document), deflateRawSync(document.bytes, { level: 1 }));
  }

  get bytes(): Uint8Array {
    return this.#opened?.deref()?.bytes ?? inflateRawSync(this.packed);
  }

  get signed(): Targets {
    return this.#open().signed;
  }

  get signedJson(): JsonObject {
    return this.#open().signedJson;
  }

  get signedBytes(): Uint8Array {
    return this.#open().signedBytes;
  }

  get signatures(): readonly RoleSignature[] {
    return this.#open().signatures;
  }

  /** What was read off it is kept for as long as there is room for it. */
  #open(): Document<'targets'> {
    const known = this.#opened?.deref();
    if (known !== undefined) return known;
    const document = parseDocument('targets', inflateRawSync(this.packed));
    this.#opened = new WeakRef(document);
    return document;
  }
}

export function factsOf(document: Document<'targets'>): RoleFacts {
  if (document instanceof PackedTargets) return document.facts;
  const { bytes, signed } = document;
  const paths = Object.keys(signed.targets).sort();
  const [first, last] = [paths.at(0), paths.at(-1)];
  return {
    version: signed.version,
    expires: signed.expires,
    length: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    periods: periodsIn(document.signedJson),
    delegates: signed.delegations !== undefined,
    ...(first === undefined || last === undefined ? {} : { paths: [first, last] }),
  };
}
