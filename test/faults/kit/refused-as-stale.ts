/** What git says of a push that came after somebody else's. */
export const refusedAsStale =
  /fetch first|non-fast-forward|cannot lock ref|failed to update ref|\[git\.force-push\]/;
