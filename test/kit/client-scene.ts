import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { httpFetcher } from '../../client/http-fetcher.ts';
import { Updater, type UpdaterOptions } from '../../client/updater.ts';
import { serveContent, type ContentServer } from './content-server.ts';
import { SimulatedRepository, testTime } from './simulated-repository.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A repository, its server and a client that trusts its first root, new for each test. */
export interface ClientScene {
  readonly repository: SimulatedRepository;
  readonly server: ContentServer;
  readonly metadataDir: string;
  readonly targetsDir: string;
  /** An updater as of the test's time, which retries at once. */
  readonly updater: (more?: Partial<UpdaterOptions>) => Updater;
  /** What the client asks the server for while `act` runs. */
  readonly requestsOf: (act: () => Promise<unknown>) => Promise<readonly string[]>;
  /** The cache's trusted metadata: file name to version. */
  readonly cached: () => Promise<Readonly<Record<string, number>>>;
}

/** The repository lists `a.txt`, and `team/b.txt` in the delegated role `team`. */
export function clientScene(): () => ClientScene {
  const folder = temporaryFolder();
  let scene: ClientScene | undefined;
  beforeEach(async () => {
    const repository = new SimulatedRepository();
    repository.addTarget('a.txt', 'a');
    repository.delegate('team', { paths: ['team/*'] });
    repository.addTarget('team/b.txt', 'b', 'team');
    repository.publish();
    const server = await serveContent(repository.files);
    scene = makeScene(repository, server, folder.path);
    await Updater.init(scene.metadataDir, repository.bytes('root'));
  });
  afterEach(async () => {
    await scene?.server.close();
  });
  return () => {
    if (scene === undefined) throw new RangeError('the scene is set before each test');
    return scene;
  };
}

function makeScene(
  repository: SimulatedRepository,
  server: ContentServer,
  folder: string,
): ClientScene {
  const metadataDir = path.join(folder, 'metadata');
  const targetsDir = path.join(folder, 'targets');
  return {
    repository,
    server,
    metadataDir,
    targetsDir,
    updater: (more = {}) =>
      new Updater({
        metadataDir,
        targetsDir,
        metadataUrl: `${server.url}metadata`,
        targetsUrl: `${server.url}targets/`,
        fetcher: httpFetcher(),
        retry: { attempts: 3, pause: () => Promise.resolve() },
        now: testTime,
        ...more,
      }),
    requestsOf: async (act) => {
      const before = server.requests.length;
      await act();
      return server.requests.slice(before);
    },
    cached: () => versionsIn(metadataDir),
  };
}

async function versionsIn(folder: string): Promise<Readonly<Record<string, number>>> {
  const names = await readdir(folder);
  const files = names.filter((name) => name.endsWith('.json')).toSorted();
  const entries = files.map(async (name) => {
    const text = await readFile(path.join(folder, name), 'utf8');
    const { signed } = JSON.parse(text) as { signed: { version: number } };
    return [name, signed.version] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}
