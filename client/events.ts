import type { TufOnGitError } from '../core/error/error.ts';
import type { TargetInfo } from './target-info.ts';

/** What an updater does, told as it happens. Nothing is decided by who listens. */
export type ClientEvent =
  | WaitingEvent
  | RoleEvent
  | MirrorFailedEvent
  | DownloadStartedEvent
  | DownloadProgressEvent
  | DownloadEndedEvent;

/** Called with each event, in order. What it throws ends the update, so it had better not. */
export type OnEvent = (event: ClientEvent) => void;

/** Another update is using the cache, and this one waits for it. */
export interface WaitingEvent {
  readonly type: 'waiting';
  /** The `metadataDir`. */
  readonly folder: string;
}

/**
 * A metadata file was verified and taken into the trusted set. A root from a server is a new one; a
 * timestamp comes from the cache first, where there is one, and then from a server.
 */
export interface RoleEvent {
  readonly type: 'role';
  readonly role: string;
  readonly version: number;
  /** The URL that it came from; without it, it came from the cache. */
  readonly url?: string;
}

/** A mirror did not give what it should have, and the next one is asked. */
export interface MirrorFailedEvent {
  readonly type: 'mirror-failed';
  /** As given as `metadataUrl` or `targetsUrl`, with a slash at the end; so is `next`. */
  readonly mirror: string;
  readonly next: string;
  readonly fault: TufOnGitError;
}

/** A target is fetched; of one that is there already, nothing is told. */
export interface DownloadStartedEvent {
  readonly type: 'download-started';
  readonly target: TargetInfo;
  /** Where it goes. */
  readonly file: string;
}

/** Bytes of a target arrived. */
export interface DownloadProgressEvent {
  readonly type: 'download-progress';
  readonly target: TargetInfo;
  /** Bytes that are there; fewer than before when a download starts anew. */
  readonly received: number;
  /** Bytes that it has in all. */
  readonly total: number;
}

/** The target is verified and under its name; of a download that failed, the error tells. */
export interface DownloadEndedEvent {
  readonly type: 'download-ended';
  readonly target: TargetInfo;
  readonly file: string;
}
