/** Files of the tree, and how git keeps them. */
import type { Choices } from '../choices.ts';
import type { TreeFile } from '../loose-objects.ts';
import { plainFiles, type Mutation } from './push.ts';

type Files = Map<string, TreeFile>;

export const changeTree: Mutation = (tip, choices) => {
  const files = plainFiles(tip.tree);
  const path = choices.of([...files.keys()]);
  const [words, change] = choices.of(changes);
  const detail = change(files, path, choices);
  return { words: `${path}: ${words}${detail ?? ''}`, commits: [{ files }] };
};

type Change = (files: Files, path: string, choices: Choices) => string | undefined;

const changes: readonly (readonly [string, Change])[] = [
  ['nothing', () => undefined],
  ['gone', (files, path) => move(files, path)],
  ['moved to ', (files, path, choices) => move(files, path, choices.of(places))],
  ['copied to ', (files, path, choices) => copy(files, path, choices.of(places))],
  ['another mode, ', (files, path, choices) => setMode(files, path, choices.of(modes))],
  ['copied to another case, ', (files, path, choices) => copy(files, path, twinOf(path, choices))],
  ['moved to another case, ', (files, path, choices) => move(files, path, twinOf(path, choices))],
  [
    'an empty folder beside it',
    (files, path) => {
      addFolder(files, `${path}-folder/`);
    },
  ],
  ['a file below its name', (files, path) => copy(files, path, `${path}/inside`)],
];

const modes = ['100755', '120000', '160000', '100664', '100600', '040000', '0100644', '100645'];

const places = [
  ...['README.md', 'README.MD', '.gitattributes', 'metadata/x.json', 'metadata/snapshot.json'],
  ...['metadata/1.snapshot.json', 'metadata/timestamp.json', 'metadata/root_history/0.root.json'],
  ...['metadata/root_history/99.root.json', 'metadata/root_history/01.root.json', 'targets/ghost'],
  ...['metadata/targets/x.json', 'targets/a\nb', 'targets/u\u0308', 'Metadata/root.json', 'x'],
];

function move(files: Files, from: string, to?: string): string | undefined {
  const file = files.get(from);
  files.delete(from);
  if (file !== undefined && to !== undefined) files.set(to, file);
  return to;
}

function copy(files: Files, from: string, to: string): string {
  const file = files.get(from);
  if (file !== undefined) files.set(to, file);
  return to;
}

function setMode(files: Files, path: string, mode: string): string {
  const file = files.get(path);
  if (file !== undefined) files.set(path, { ...file, mode });
  return mode;
}

function addFolder(files: Files, path: string): undefined {
  files.set(path, { mode: '40000', bytes: Buffer.alloc(0) });
}

function twinOf(path: string, choices: Choices): string {
  const letters = [...path.matchAll(/[a-zA-Z]/g)].map(({ index }) => index);
  const at = choices.of(letters);
  const letter = path.charAt(at);
  const other = letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();
  return `${path.slice(0, at)}${other}${path.slice(at + 1)}`;
}
