/** The library entry, `tuf-on-git/client`: a TUF client without git, server or PKCS#11. */
export { TufOnGitError } from '../core/error/error.ts';
export type { Code } from '../core/error/codes.ts';
export type { Finding } from '../core/error/error.ts';
export type { CoveringDelegation } from './covering-delegation.ts';
export {
  downloadAll,
  type DownloadAllOptions,
  type DownloadOutcome,
  type WantedFile,
} from './download-all.ts';
export type {
  ClientEvent,
  DownloadEndedEvent,
  DownloadProgressEvent,
  DownloadStartedEvent,
  MirrorFailedEvent,
  OnEvent,
  RoleEvent,
  WaitingEvent,
} from './events.ts';
export { StatusError, type Fetched, type Fetcher, type FetchOptions } from './fetcher.ts';
export { httpFetcher, type HttpFetcher, type HttpFetcherSettings } from './http-fetcher.ts';
export type { Limits } from './limits.ts';
export type { ListedRole, Listing } from './list-targets.ts';
export type { PathScope } from './path-scope.ts';
export { defaultRetry, type RetryPolicy } from './retry.ts';
export type { TargetFolders } from './target-folders.ts';
export type { TargetInfo } from './target-info.ts';
export type { Voucher, VoucherKey } from './target-provenance.ts';
export type { OnProgress } from './target-transfer.ts';
export {
  Updater,
  type DownloadOptions,
  type ObtainedTarget,
  type UpdaterOptions,
} from './updater.ts';
