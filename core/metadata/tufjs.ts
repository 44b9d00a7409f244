/**
 * The classes of `@tufjs/models`, in one place. Its entry point leaves out some that are needed to
 * build the others without its quadratic copying; those come from their files, so the version is
 * pinned exactly in package.json.
 */
export { Key, MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp } from '@tufjs/models';
export { Signed } from '@tufjs/models/dist/base.js';
export { Delegations } from '@tufjs/models/dist/delegations.js';
export { DelegatedRole, Role, SuccinctRoles } from '@tufjs/models/dist/role.js';
