import { Option, type Argument } from 'commander';

/** Which paths of the file system may stand for a value. */
export type Paths = 'none' | 'files' | 'folders';

/** By what the help calls the value. Each name that any command uses stands here: a test tells. */
export const namesOfValues: Readonly<Record<Paths, readonly string[]>> = {
  files: ['file', 'key', 'list', 'path', 'root', 'uri'],
  folders: ['dest', 'dir', 'folder', 'home', 'place', 'repository', 'src'],
  none: [
    ...['address', 'base', 'bits', 'date', 'days', 'event', 'fingerprint', 'hex', 'hours'],
    ...['keyid=signature', 'n', 'name', 'number', 'owner', 'pattern', 'person', 'prefix', 'role'],
    ...['scope', 'seconds', 'shell', 'snapshot:timestamp', 'targetpath', 'time', 'type', 'url'],
    ...['wanted', 'when', 'who', 'who=file', 'words'],
  ],
};

export function pathsFor(of: Argument | Option): Paths {
  const name = valueName(of);
  const found = (['files', 'folders'] as const).find((paths) =>
    namesOfValues[paths].includes(name),
  );
  return found ?? 'none';
}

/** `file` of `--root <file>` and of an operand `[file...]`; empty for an option without a value. */
export function valueName(of: Argument | Option): string {
  if (!(of instanceof Option)) return of.name();
  return /[<[]([^\]>.]+)/.exec(of.flags)?.[1] ?? '';
}
