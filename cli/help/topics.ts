/** What `help` tells of beside the commands. */
interface Topic {
  /** For lists of topics, in a few words. */
  readonly about: string;
  readonly load: () => Promise<{ readonly text: () => string }>;
}

export const topics: Readonly<Record<string, Topic>> = {
  configuration: {
    about: 'the settings of the daemon and of the signer',
    load: () => import('./configuration.ts'),
  },
  environment: {
    about: 'variables that commands and daemon look at',
    load: () => import('./environment.ts'),
  },
  'exit-status': {
    about: 'how a command ends, for scripts',
    load: () => import('./exit-status.ts'),
  },
  files: {
    about: 'what is kept where: HOME, workspaces, what downloaders trust',
    load: () => import('./files.ts'),
  },
  keys: { about: 'key URIs, and where their secrets come from', load: () => import('./keys.ts') },
};
