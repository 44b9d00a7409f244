import type { downloaderNames } from './downloader-names.ts';
import type { CommandTable } from './run-program.ts';

export const downloaderCommands = {
  trust: () => import('./commands/trust.ts'),
  refresh: () => import('./commands/refresh.ts'),
  list: () => import('./commands/list.ts'),
  info: () => import('./commands/info.ts'),
  get: () => import('./commands/get.ts'),
} satisfies CommandTable<(typeof downloaderNames)[number]>;
