import type { ConfigInput } from '../../core/home/config.ts';

/** What an operator may say about a new repository, all of it optional: the options of `init`. */
export interface Wishes {
  readonly rootKey?: readonly string[];
  readonly rootThreshold?: number;
  readonly rootExpiresDays: number;
  readonly targetsKey?: readonly string[];
  readonly targetsThreshold?: number;
  readonly targetsExpiresDays: number;
  readonly onlineKey?: string;
  readonly repository?: string;
  readonly minRootThreshold: number;
  readonly allowedPath?: readonly string[];
  readonly contentListen?: string;
  readonly consoleListen?: string;
  readonly timestampHours?: number;
  readonly snapshotHours?: number;
  /** False for `--no-hook`. */
  readonly hook: boolean;
}

/** Wishes with everything in them that has no default. */
export interface CompleteWishes extends Wishes {
  readonly rootKey: readonly string[];
  readonly targetsKey: readonly string[];
  readonly onlineKey: string;
  readonly repository: string;
}

/** The option by which each setting of config.json is wished for. */
export const settingOptions: Readonly<Record<string, string>> = {
  content: '--content-listen',
  console: '--console-listen',
  timestampLifetimeHours: '--timestamp-hours',
  snapshotLifetimeHours: '--snapshot-hours',
};

export function wishedConfig(wishes: Wishes, format: number): ConfigInput {
  return {
    format,
    content: { listen: wishes.contentListen },
    console: { listen: wishes.consoleListen },
    timestampLifetimeHours: wishes.timestampHours,
    snapshotLifetimeHours: wishes.snapshotHours,
  };
}

/** What a repository may be called, before the random digits. */
export const repositoryNameForm = 'a name of letters, digits and ._-, at most 80';

export function isRepositoryName(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/.test(text);
}

/** More than half of the keys. */
export function majority(keys: number): number {
  return Math.floor(keys / 2) + 1;
}
