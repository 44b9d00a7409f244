import { makeLog } from '../../daemon/log.ts';
import type { DaemonOptions } from '../../daemon/parts.ts';
import { startDaemon, type Daemon } from '../../daemon/serve.ts';
import type { JsonObject } from '../../core/metadata/json.ts';
import { copyHome, makeHome, type HomeOptions, type TestHome } from './home.ts';
import { signerProgram } from './signer-program.ts';

export type RunOptions = Partial<Omit<DaemonOptions, 'home'>>;

/** The daemon in this process, with the signer in one of its own. */
export function runDaemon(home: TestHome, options: RunOptions = {}): Promise<Daemon> {
  return startDaemon({
    home: home.dir,
    makeLog: () => makeLog('silent', false),
    signerProgram: signerProgram(),
    ...options,
  });
}

/** A HOME and its daemons for each test of the suite that calls this; gone afterwards. */
export function daemonSuite() {
  const homes: TestHome[] = [];
  const daemons: Daemon[] = [];
  afterEach(async () => {
    for (const daemon of daemons.splice(0)) await daemon.close();
    for (const home of homes.splice(0)) await home.remove();
  });
  const keep = (home: TestHome): TestHome => {
    homes.push(home);
    return home;
  };
  return {
    home: async (options?: HomeOptions) => keep(await makeHome(options)),
    copy: async (home: TestHome) => keep(await copyHome(home)),
    serve: async (home: TestHome, options?: RunOptions): Promise<Daemon> => {
      const daemon = await runDaemon(home, options);
      daemons.push(daemon);
      return daemon;
    },
  };
}

/** The `signed` part of a metadata file, fetched from the content listener. */
export async function fetchSigned(
  daemon: Pick<Daemon, 'content'>,
  file: string,
): Promise<JsonObject> {
  const response = await fetch(`${daemon.content}/metadata/${file}`);
  if (response.status !== 200) throw new RangeError(`${file}: status ${response.status}`);
  return ((await response.json()) as { signed: JsonObject }).signed;
}

export async function statusOf(daemon: Pick<Daemon, 'content'>, path: string): Promise<number> {
  const response = await fetch(`${daemon.content}${path}`);
  await response.arrayBuffer();
  return response.status;
}
