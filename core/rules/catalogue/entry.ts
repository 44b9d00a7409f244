/** What one code means, for docs/rules.md and for whoever asks the command line. */
export interface CatalogueEntry {
  readonly says: string;
  readonly example: string;
  readonly wayOut: string;
}

export function enforced(says: string, example: string, wayOut: string): CatalogueEntry {
  return { says, example, wayOut };
}
