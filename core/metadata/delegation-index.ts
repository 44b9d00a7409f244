import { createHash } from 'node:crypto';
import { literalStart } from './pattern.ts';
import type { DelegatedRole } from './tufjs.ts';

/** Fewer are held against a path one by one. */
const few = 16;

/**
 * Delegations, found by what their patterns begin with before the first `*`, `?` or `[`, or by their
 * hash prefixes: of 16,384 only those are held against a path that may cover it.
 */
export class DelegationIndex {
  readonly #roles: readonly DelegatedRole[];
  readonly #starts = new Places();
  readonly #prefixes = new Places();

  /** @param roles in their order, which is the order of the search */
  constructor(roles: readonly DelegatedRole[]) {
    this.#roles = roles;
    if (roles.length < few) return;
    for (const [place, { paths, pathHashPrefixes = [] }] of roles.entries()) {
      for (const pattern of paths ?? []) this.#starts.add(literalStart(pattern), place);
      if (paths === undefined) for (const each of pathHashPrefixes) this.#prefixes.add(each, place);
    }
  }

  /** In their order; whether one covers the path is for the matcher of a client to say. */
  candidates(path: string): readonly DelegatedRole[] {
    if (this.#roles.length < few) return this.#roles;
    const places = new Set(this.#starts.beginningsOf(path));
    if (!this.#prefixes.isEmpty) {
      const digest = createHash('sha256').update(path).digest('hex');
      for (const place of this.#prefixes.beginningsOf(digest)) places.add(place);
    }
    return [...places].sort((a, b) => a - b).flatMap((place) => this.#roles[place] ?? []);
  }
}

/** Texts, each with the places where it stands. */
class Places {
  readonly #byText = new Map<string, number[]>();
  readonly #lengths = new Set<number>();

  get isEmpty(): boolean {
    return this.#byText.size === 0;
  }

  add(text: string, place: number): void {
    const places = this.#byText.get(text);
    if (places === undefined) this.#byText.set(text, [place]);
    else places.push(place);
    this.#lengths.add(text.length);
  }

  /** The places of all that this text begins with. */
  beginningsOf(text: string): number[] {
    return [...this.#lengths].flatMap((length) => this.#byText.get(text.slice(0, length)) ?? []);
  }
}
