import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cliSandbox, type CliSandbox } from './cli.ts';
import { serveContent, type ContentServer } from './content-server.ts';
import { sha256, SimulatedRepository } from './simulated-repository.ts';

/** A downloader's machine, which trusts a repository whose server the test controls. */
export interface Downloader {
  readonly sandbox: CliSandbox;
  readonly server: ContentServer;
  readonly repository: SimulatedRepository;
  /** Lists these targets, by path, in the role `targets`, and publishes. */
  readonly offer: (targets: Readonly<Record<string, string | Buffer>>) => void;
  /** Where the server has a target's file. */
  readonly urlOf: (target: string, content: string | Buffer) => string;
  readonly inSandbox: (name: string) => string;
}

/** New for each test. The command looks at the real clock, so everything lives until tomorrow. */
export function downloader(): () => Downloader {
  let made: Downloader | undefined;
  beforeEach(async () => {
    const sandbox = await cliSandbox();
    const repository = new SimulatedRepository();
    expireTomorrow(repository);
    repository.publishRoot();
    const server = await serveContent(repository.files);
    made = downloaderOf(sandbox, repository, server);
    made.offer({});
    const root = repository.files.get('metadata/1.root.json') ?? new Uint8Array();
    await writeFile(made.inSandbox('root.json'), root);
    await sandbox.ok(['trust', 'root.json', '--url', server.url]);
  });
  afterEach(async () => {
    await made?.server.close();
    await made?.sandbox.remove();
  });
  return () => {
    if (made === undefined) throw new RangeError('the downloader is made before each test');
    return made;
  };
}

function downloaderOf(
  sandbox: CliSandbox,
  repository: SimulatedRepository,
  server: ContentServer,
): Downloader {
  return {
    sandbox,
    server,
    repository,
    offer: (targets) => {
      for (const [target, content] of Object.entries(targets)) {
        repository.addTarget(target, content);
      }
      repository.publish();
    },
    urlOf: (target, content) => {
      const name = `${sha256(Buffer.from(content))}.${path.posix.basename(target)}`;
      return path.posix.join('targets', path.posix.dirname(target), name);
    },
    inSandbox: (name) => path.join(sandbox.dir, name),
  };
}

function expireTomorrow({ root, timestamp, snapshot, roles }: SimulatedRepository): void {
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().replace(/\.\d+Z$/, 'Z');
  for (const role of [root, timestamp, snapshot, ...roles.values()]) role.expires = tomorrow;
}
