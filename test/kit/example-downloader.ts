import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cliSandbox, type CliRun, type CliSandbox } from './cli.ts';
import { serveContent, type ContentServer } from './content-server.ts';
import { SimulatedRepository } from './simulated-repository.ts';

/** A downloader's machine, and a repository that the test controls, under the real clock. */
export interface ExampleDownloader extends CliSandbox {
  readonly repository: SimulatedRepository;
  readonly server: ContentServer;
  /** `root.json` in the sandbox: the repository's first root. */
  readonly firstRoot: Uint8Array;
  /** `trust root.json` for this server. */
  readonly trust: (...more: string[]) => Promise<CliRun>;
}

/**
 * The repository lists a notice in no project, and in role `example` two versions of `example/tool`,
 * and what `more` adds.
 */
export function exampleDownloader(
  more: (repository: SimulatedRepository) => void = () => undefined,
): () => ExampleDownloader {
  let made: ExampleDownloader | undefined;
  beforeEach(async () => {
    const sandbox = await cliSandbox();
    const repository = exampleRepository(more);
    const server = await serveContent(repository.files);
    const firstRoot = repository.files.get('metadata/1.root.json') ?? new Uint8Array();
    await writeFile(path.join(sandbox.dir, 'root.json'), firstRoot);
    const trust = (...options: string[]) =>
      sandbox.run(['trust', 'root.json', '--url', server.url, ...options]);
    made = { ...sandbox, repository, server, firstRoot, trust };
  });
  afterEach(async () => {
    await made?.server.close();
    await made?.remove();
  });
  return () => {
    if (made === undefined) throw new RangeError('it is made before each test');
    return made;
  };
}

/** `days` from now, as metadata has it. */
export function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Everything in it expires at that time, once it is published again. */
export function expireAt(repository: SimulatedRepository, time: string): void {
  const { root, timestamp, snapshot, roles } = repository;
  for (const role of [root, timestamp, snapshot, ...roles.values()]) role.expires = time;
}

function exampleRepository(more: (repository: SimulatedRepository) => void): SimulatedRepository {
  const repository = new SimulatedRepository();
  repository.delegate('example', { paths: ['example/*/*/*'] });
  repository.addTarget('example/tool/1.2.0/tool-1.2.0.tgz', 'tool 1.2.0', 'example');
  repository.addTarget('example/tool/1.1.0/tool-1.1.0.tgz', 'tool 1.1.0', 'example');
  repository.addTarget('NOTICE', 'a notice');
  more(repository);
  expireAt(repository, inDays(1));
  repository.publishRoot();
  repository.publish();
  return repository;
}
