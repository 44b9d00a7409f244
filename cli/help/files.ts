import { definitions, paragraph } from './layout.ts';

export const home: Readonly<Record<string, string>> = {
  'config.json': 'The daemon’s settings (help configuration).',
  'repository.git/': 'The bare repository: metadata, and small target files.',
  'hooks/': 'Its hooks, out of reach of what is pushed.',
  'blobs/': 'Target files that are not in git, by their SHA-256.',
  'public/': 'What clients read. It can be made again from the repository.',
  'state/': 'The daemon’s journal and lock, and the signer’s public keys.',
  'trust/root.json': 'The root that the gate and the daemon start from.',
  'tokens.json': 'Bearer tokens, hashed.',
  'signer/': 'Keys that are files, the signer’s settings and its floor; mode 0700.',
};

const workspace = {
  'metadata/, targets/': 'What is pushed: drafts until they are signed.',
  '.git/tuf-on-git/': 'The pinned root, keys and settings of the workspace: never pushed.',
};

const trusted = {
  'NAME/repository.json': 'Where the repository is served.',
  'NAME/metadata/': 'What was verified; in anchor/ the root that you gave.',
};

export function text(): string {
  return [
    'In a HOME, on the server:',
    definitions(home),
    'In a workspace of a maintainer, which is a clone of git:',
    definitions(workspace),
    paragraph(
      'Of a downloader, in $XDG_DATA_HOME/tuf-on-git or ~/.local/share/tuf-on-git, on macOS ~/Library/Application Support/tuf-on-git, on Windows %LOCALAPPDATA%\\tuf-on-git, or where TUF_ON_GIT_DATA says. It is no cache: it tells when a server goes back in time.',
    ),
    definitions(trusted),
  ].join('\n\n');
}
