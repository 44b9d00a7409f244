import { fault, visible } from '../error/error.ts';

/** The name of a git object: 40 lower-case hexadecimal digits (SHA-1), never all zeros. */
export type ObjectId = string & { readonly brand: 'ObjectId' };

/** What git writes on the wire and in reflogs where there is no object. */
export const ZERO = '0'.repeat(40);

/** The tree without entries; git knows it without having it stored. */
export const EMPTY_TREE = objectId('4b825dc642cb6eb9a060e54bf8d69288fbee4904');

export function isObjectId(text: string): text is ObjectId {
  return /^[0-9a-f]{40}$/.test(text) && text !== ZERO;
}

/** @throws `repository.object` for anything but the name of an object */
export function objectId(text: string): ObjectId {
  if (isObjectId(text)) return text;
  throw fault('repository.object', visible(text.slice(0, 60)), 'not the name of a git object');
}
