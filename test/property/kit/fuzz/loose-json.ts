/**
 * JSON text as a tree that can be wrong in every way: names that come twice, numbers of any spelling,
 * tokens that are none. What `JSON.parse` gives could not say any of that.
 */
import type { JsonValue } from '../../../../core/metadata/json.ts';

export type Loose = LooseToken | LooseList | LooseObject;

/** Text that stands there as it is: a string, a number, a word, or nonsense. */
export interface LooseToken {
  readonly kind: 'token';
  readonly text: string;
}
export interface LooseList {
  readonly kind: 'list';
  readonly items: Loose[];
}
export interface LooseObject {
  readonly kind: 'object';
  readonly members: LooseMember[];
}
export interface LooseMember {
  /** With its quotation marks. */
  name: string;
  value: Loose;
}

/** A place in a tree whose value can be looked at, changed, or taken out. */
export interface Slot {
  readonly member: LooseMember | undefined;
  readonly get: () => Loose;
  readonly set: (value: Loose) => void;
  readonly remove: () => void;
}

export function loosen(json: JsonValue): Loose {
  if (Array.isArray(json)) return { kind: 'list', items: json.map(loosen) };
  if (typeof json !== 'object' || json === null) return token(JSON.stringify(json));
  const members = Object.entries(json).map(([name, value]) => ({
    name: JSON.stringify(name),
    value: loosen(value),
  }));
  return { kind: 'object', members };
}

export function token(text: string): LooseToken {
  return { kind: 'token', text };
}

export function print(loose: Loose): string {
  if (loose.kind === 'token') return loose.text;
  if (loose.kind === 'list') return `[${loose.items.map(print).join(',')}]`;
  return `{${loose.members.map(({ name, value }) => `${name}:${print(value)}`).join(',')}}`;
}

export function copy(loose: Loose): Loose {
  if (loose.kind === 'token') return loose;
  if (loose.kind === 'list') return { kind: 'list', items: loose.items.map(copy) };
  const members = loose.members.map(({ name, value }) => ({ name, value: copy(value) }));
  return { kind: 'object', members };
}

/** Every place below the top, outer ones first. */
export function slotsIn(top: Loose): readonly Slot[] {
  const own = top.kind === 'list' ? itemSlots(top) : top.kind === 'object' ? memberSlots(top) : [];
  return own.flatMap((slot) => [slot, ...slotsIn(slot.get())]);
}

function itemSlots({ items }: LooseList): readonly Slot[] {
  return items.map((item, at) => ({
    member: undefined,
    get: () => items[at] ?? item,
    set: (value) => (items[at] = value),
    remove: () => items.splice(at, 1),
  }));
}

function memberSlots({ members }: LooseObject): readonly Slot[] {
  return members.map((member) => ({
    member,
    get: () => member.value,
    set: (value) => (member.value = value),
    remove: () => members.splice(members.indexOf(member), 1),
  }));
}
