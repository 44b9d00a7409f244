/** What one code means, for docs/rules.md and for whoever asks the command line. */
export interface CatalogueEntry {
  readonly says: string;
  readonly example: string;
  readonly wayOut: string;
  /** False: the code is reserved, and this version does not check it yet. */
  readonly isEnforced: boolean;
}

export function enforced(says: string, example: string, wayOut: string): CatalogueEntry {
  return { says, example, wayOut, isEnforced: true };
}

export function notYet(says: string, example: string, wayOut: string): CatalogueEntry {
  return { says, example, wayOut, isEnforced: false };
}
