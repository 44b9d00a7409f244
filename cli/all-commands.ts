/** Which commands there are. Each is a file of commands/. */
import { downloaderCommands } from './downloader-commands.ts';
import type { CommandTable } from './run-program.ts';

/** As `--help` lists them, by who needs them. */
export const allCommands: Readonly<Record<string, CommandTable>> = {
  'For operators:': {
    init: () => import('./commands/init.ts'),
    serve: () => import('./commands/serve.ts'),
    verify: () => import('./commands/verify.ts'),
    repair: () => import('./commands/repair.ts'),
    backup: () => import('./commands/backup.ts'),
    restore: () => import('./commands/restore.ts'),
    target: () => import('./commands/target.ts'),
    token: () => import('./commands/token.ts'),
    hook: () => import('./commands/hook.ts'),
    signer: () => import('./commands/signer.ts'),
  },
  'For keys:': { key: () => import('./commands/key.ts') },
  'For maintainers:': {
    clone: () => import('./commands/clone.ts'),
    status: () => import('./commands/status.ts'),
    add: () => import('./commands/add.ts'),
    remove: () => import('./commands/remove.ts'),
    role: () => import('./commands/role.ts'),
    sign: () => import('./commands/sign.ts'),
    push: () => import('./commands/push.ts'),
    event: () => import('./commands/event.ts'),
    accept: () => import('./commands/accept.ts'),
    upload: () => import('./commands/upload.ts'),
  },
  'For auditors:': { page: () => import('./commands/page.ts') },
  'For downloaders:': downloaderCommands,
  'For everybody:': {
    help: () => import('./commands/help.ts'),
    completion: () => import('./commands/completion.ts'),
    complete: () => import('./commands/complete.ts'),
  },
};
