/**
 * A second strict reader, from RFC 8259 and the rules `json.*` of docs/rules.md and from nothing of
 * ours: it reads bytes, holds no values, and writes the canonical form as it goes.
 */

/** The canonical form, or undefined for what is no JSON or what two readers could read differently. */
export function canonicalForm(bytes: Uint8Array): string | undefined {
  try {
    return new Reader(bytes).document();
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

class Unreadable extends RangeError {}

const deepest = 32;
const escapes: Readonly<Record<string, string>> = {
  ...{ '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' },
};

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(bytes: Uint8Array) {
    const buffer = Buffer.from(bytes);
    this.#text = buffer.toString('utf8');
    if (!Buffer.from(this.#text).equals(buffer)) throw new Unreadable();
  }

  document(): string {
    const value = this.#value(0);
    if (this.#next() !== undefined) throw new Unreadable();
    return value;
  }

  #value(depth: number): string {
    const first = this.#next();
    if (first === '{') return this.#object(depth + 1);
    if (first === '[') return this.#array(depth + 1);
    if (first === '"') return quoted(this.#string());
    return this.#take(/(?:true|false|null)/y) ?? this.#number();
  }

  #object(depth: number): string {
    const members = new Map<string, string>();
    this.#items('{', '}', depth, () => {
      if (this.#next() !== '"') throw new Unreadable();
      const name = this.#string();
      if (members.has(name)) throw new Unreadable();
      this.#expect(':');
      members.set(name, this.#value(depth));
    });
    const sorted = [...members].sort(([one], [other]) => byCodePoint(one, other));
    return `{${sorted.map(([name, value]) => `${quoted(name)}:${value}`).join(',')}}`;
  }

  #array(depth: number): string {
    const values: string[] = [];
    this.#items('[', ']', depth, () => values.push(this.#value(depth)));
    return `[${values.join(',')}]`;
  }

  #items(open: string, close: string, depth: number, read: () => unknown): void {
    if (depth > deepest) throw new Unreadable();
    this.#expect(open);
    if (this.#next() !== close) {
      read();
      while (this.#next() === ',') {
        this.#expect(',');
        read();
      }
    }
    this.#expect(close);
  }

  /** An integer that a double holds exactly, written in the one way. */
  #number(): string {
    const digits = this.#take(/-?\d[\d.eE+-]*/y) ?? '';
    const value = /^-?\d{1,16}$/.test(digits) ? BigInt(digits) : undefined;
    if (value?.toString() !== digits || value > 2n ** 53n - 1n || value < 1n - 2n ** 53n) {
      throw new Unreadable();
    }
    return digits;
  }

  #string(): string {
    this.#expect('"');
    let text = '';
    for (;;) {
      text += this.#take(/[^"\\\u0000-\u001f]+/y) ?? '';
      const next = this.#text[this.#at];
      this.#at += 1;
      if (next === '"') break;
      if (next !== '\\') throw new Unreadable();
      text += this.#escaped();
    }
    if (/\p{Surrogate}/u.test(text)) throw new Unreadable();
    return text;
  }

  #escaped(): string {
    const code = this.#take(/u[0-9a-fA-F]{4}/y);
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    const letter = escapes[this.#take(/["\\/bfnrt]/y) ?? ''];
    if (letter === undefined) throw new Unreadable();
    return letter;
  }

  /** The next character that is no blank; it stays. */
  #next(): string | undefined {
    this.#take(/[ \t\r\n]+/y);
    return this.#text[this.#at];
  }

  #expect(character: string): void {
    if (this.#next() !== character) throw new Unreadable();
    this.#at += 1;
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const [found] = pattern.exec(this.#text) ?? [];
    this.#at += found?.length ?? 0;
    return found;
  }
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** UTF-8 sorts as code points do. */
function byCodePoint(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
