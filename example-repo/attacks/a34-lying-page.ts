/**
 * A34: what a server says of itself in a browser is as good as the server. The stand-alone page comes
 * from the auditor's own disk, and audits by the rules that the client has: they are measured here by
 * the client itself, on a server that shows a page of its own beside a release of its own.
 */
import { createServer } from 'node:http';
import { isFooled, requireText, withstands } from '../kit/attack.ts';
import { endedOf } from '../kit/api.ts';
import { newest } from '../kit/content.ts';
import { freshDownloader, type Source } from '../kit/downloader.ts';
import { forgeRelease } from '../kit/forge.ts';
import { listen } from '../kit/listen.ts';
import type { Person } from '../kit/person.ts';
import type { Server } from '../kit/server.ts';
import type { Stage } from '../kit/stage.ts';
import type { Storage } from '../kit/storage.ts';

export interface Lied {
  readonly server: Server;
  /** What clients read, where the intruder has a release of their own. */
  readonly storage: Storage;
  readonly source: Source;
  readonly role: string;
  /** Has the program from elsewhere, and the page in it. */
  readonly auditor: Person;
}

const lie = 'All roles verified. Trust lighthouse 1.1.0.';

export async function lyingPage(stage: Stage, lied: Lied): Promise<void> {
  const { server, storage, source, role, auditor } = lied;
  const liar = await serveLie(stage);
  const forged = Buffer.from('echo this is not the lighthouse\n');
  const mount = () => forgeRelease(storage, role, newest, forged);
  const undo = () => storage.putRight();
  await isFooled(
    stage,
    {
      ...{ row: 'A34', what: 'the server shows a page of its own to whoever looks at it' },
      ...{ mount, undo },
      victim: () => look(liar),
      control: () => look(server.console),
    },
    ({ stdout }) => Promise.resolve(requireText(stdout, lie)),
  );
  await stage.steps.step('an auditor has the stand-alone page, from elsewhere', () =>
    auditor.tuf('page', 'audit-page'),
  );
  await withstands(
    stage,
    {
      ...{
        row: 'A34',
        what: 'by the rules of the stand-alone page, of which the server has no part',
      },
      ...{ mount, undo },
      victim: freshDownloader(stage, source, ['refresh']),
    },
    'role.threshold',
  );
}

/** What a browser gets at the console. */
async function look(url: string) {
  const response = await fetch(`${url}/`);
  return endedOf({ request: 'GET /', status: response.status, text: await response.text() });
}

function serveLie(stage: Stage): Promise<string> {
  const page = `<!doctype html><title>tuf-on-git</title><p>${lie}</p>\n`;
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(page);
  });
  return listen(stage, server);
}
