/** A repository verified in a browser: what the views show. */
import { rootClaims, type RootClaims } from '../../root-fingerprint.ts';
import { settled } from './node/signatures.ts';

export { Audit, type AuditOptions, type AuditReport, type TargetReport } from './audit.ts';
export type { DelegatedKey, DelegationReport, RoleReport } from './role-report.ts';
export type { RootChange, RootReport } from './root-report.ts';
export type { Listing } from '../../list-targets.ts';
export { newestVersion, projectView, type ProjectView } from '../../project-view.ts';
export { webFetcher } from './web-fetcher.ts';
export type { RootClaims };

/** @throws `json.*`, `role.type`, `role.threshold` for a root that does not hold by itself */
export const claimsOf = (root: Uint8Array): Promise<RootClaims> => settled(() => rootClaims(root));
