import path from 'node:path';

/** The places of a HOME (docs/commands.md, "What is in a HOME"): absolute paths. */
export interface HomePaths {
  readonly home: string;
  readonly config: string;
  /** Bare repository: the metadata and the small target files. */
  readonly repository: string;
  /** `core.hooksPath` of the repository: out of reach of what is pushed. */
  readonly hooks: string;
  /** Target files outside git, by their SHA-256. */
  readonly blobs: string;
  readonly public: string;
  readonly state: string;
  /** Public keys that the signer holds, written by the daemon for the hook to compare with root. */
  readonly onlineKeys: string;
  /** What the gate could not judge, and why: written by the hook. */
  readonly hookFailures: string;
  /** Named pipe by which the post-receive hook nudges the daemon. */
  readonly nudgePipe: string;
  /** Says that this HOME came out of a backup, until the daemon knows what clients have seen. */
  readonly restored: string;
  readonly pinnedRoot: string;
  readonly tokens: string;
  readonly signer: string;
  readonly signerSettings: string;
}

export function homePaths(home: string): HomePaths {
  const at = (...parts: string[]) => path.join(path.resolve(home), ...parts);
  return {
    home: at(),
    config: at('config.json'),
    repository: at('repository.git'),
    hooks: at('hooks'),
    blobs: at('blobs'),
    public: at('public'),
    state: at('state'),
    onlineKeys: at('state', 'online-keys.json'),
    hookFailures: at('state', 'hook-failures.log'),
    nudgePipe: at('state', 'nudge'),
    restored: at('state', 'restored.json'),
    pinnedRoot: at('trust', 'root.json'),
    tokens: at('tokens.json'),
    signer: at('signer'),
    signerSettings: at('signer', 'settings.json'),
  };
}
