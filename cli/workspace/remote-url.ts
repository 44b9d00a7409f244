import path from 'node:path';

/**
 * Where to clone from: a web address may be the console's base URL, below which the repository lies
 * at `/repository.git`; a path becomes absolute; ssh is left as it is.
 */
export function repositoryUrl(text: string, cwd: string): string {
  if (/^https?:/i.test(text)) return webUrl(text);
  const isRemote = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) || /^[^/\\]+@?[^/\\]*:(?!\\)/.test(text);
  return isRemote ? text : path.resolve(cwd, text);
}

/** The folder that a clone goes to when none is named: the last part of the URL. */
export function folderFor(url: string): string {
  const last =
    url
      .replace(/[/\\]+$/, '')
      .split(/[/\\:]/)
      .at(-1) ?? '';
  return last.replace(/\.git$/, '') || 'repository';
}

function webUrl(text: string): string {
  const trimmed = text.replace(/\/+$/, '');
  return trimmed.endsWith('.git') ? trimmed : `${trimmed}/repository.git`;
}
