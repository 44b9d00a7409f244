/** Whether a text names a person as `x-tuf-on-ci-keyowner` does, in the way of tuf-on-ci: `@alice`. */
export function isOwner(text: string): boolean {
  return /^@[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text);
}

export const ownerForm = '@ and a name of letters, digits and ._-';
