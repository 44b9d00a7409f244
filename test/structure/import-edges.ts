import path from 'node:path';
import ts from 'typescript';
import { observers, programs, rooms } from '../../scripts/rooms.mjs';

/** One import, as the text of the importing module has it. */
export interface Edge {
  readonly from: string;
  /** A module of ours relative to the top folder, or the name of a package or a `node:` module. */
  readonly to: string;
  /** Written as `import()`. */
  readonly isLazy: boolean;
}

/**
 * All imports of one module: static, type-only, re-exports, `require()` and `import()` alike.
 * @param from its file, relative to the top folder
 */
export function importEdges(from: string, text: string): readonly Edge[] {
  const { importedFiles } = ts.preProcessFile(text, true, true);
  return importedFiles.map(({ fileName, pos }) => ({
    from,
    to: fileName.startsWith('.') ? path.posix.join(from, '..', fileName) : packageOf(fileName),
    isLazy: /\bimport\s*\(\s*$/.test(text.slice(0, pos)),
  }));
}

/** Why this import is against scripts/rooms.mjs, or nothing when it is allowed. */
export function objection({ from, to, isLazy }: Edge): string | undefined {
  const [importer, imported] = [roomOf(from), roomOf(to)];
  if (imported === undefined || importer === imported) return undefined;
  if (importer === undefined) return `${from} lies in no room`;
  if (observers.includes(importer)) return undefined;
  if (importer === 'cli' && isLazy && programs.includes(imported)) return undefined;
  if (rooms[importer]?.includes(imported) === true) return undefined;
  return `${from} imports ${to}`;
}

/** Everything that a module reaches by imports, itself included. */
export function reachable(
  start: readonly string[],
  edges: ReadonlyMap<string, readonly Edge[]>,
): ReadonlySet<string> {
  const reached = new Set(start);
  for (const module of reached) {
    for (const { to } of edges.get(module) ?? []) reached.add(to);
  }
  return reached;
}

function roomOf(module: string): string | undefined {
  const all = [...Object.keys(rooms), ...observers];
  return all.find((room) => module.startsWith(`${room}/`));
}

/** `@scope/name/deep/file` and `name/deep/file` are their packages; `node:` modules stay whole. */
function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
