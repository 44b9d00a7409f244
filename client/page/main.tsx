/** The web page. It makes elements and text nodes, never HTML. */
import { copyOf } from './copy.ts';

interface Root {
  readonly signed: { readonly 'x-tuf-on-git-repository'?: string };
}

async function repositoryName(): Promise<string> {
  const status = (await (await fetch('api/v1/status')).json()) as { readonly contentUrl: string };
  const root = (await (await fetch(`${status.contentUrl}/metadata/1.root.json`)).json()) as Root;
  return root.signed['x-tuf-on-git-repository'] ?? 'a repository without a name';
}

async function main(): Promise<void> {
  const title = document.createElement('h1');
  title.textContent = copyOf(document) === 'served' ? await repositoryName() : 'tuf-on-git';
  document.querySelector('main')?.append(title);
}

void main();
