import { chmod } from 'node:fs/promises';
import { startDaemonProgram } from '../../test/kit/daemon-program.ts';
import { makeHome, type TestHome } from '../../test/kit/home.ts';
import { nginxProgram, startNginx } from '../../test/kit/nginx.ts';
import { median, remark, report } from '../kit/figures.ts';
import { targetUrl } from '../../test/kit/target-url.ts';
import { hasWrk, wrk, type Load } from '../kit/wrk.ts';

const bench = 'serve';
const runs = 5;
const seconds = 2;
const targetBytes = 100_000_000;

interface Case {
  readonly figure: string;
  readonly path: string;
  readonly connections: number;
  readonly of: keyof Load;
}

export async function beside(): Promise<void> {
  if (nginxProgram() === undefined || !(await hasWrk())) {
    remark('serve: nginx or wrk is not installed: no figures beside nginx');
    return;
  }
  const home = await makeHome();
  await home.release('2.0.0', 'x'.repeat(targetBytes));
  const daemon = await startDaemonProgram(home);
  // nginx reads as another account.
  await chmod(home.dir, 0o755);
  const nginx = await startNginx(home.paths.public);
  try {
    for (const each of cases(home)) await measure(each, daemon.content, nginx.url);
  } finally {
    await nginx.close();
    await daemon.stop();
    await home.remove();
  }
}

function cases(home: TestHome): readonly Case[] {
  const of = 'requestsPerSecond';
  return [
    { figure: 'timestamp-vs-nginx', path: '/metadata/timestamp.json', connections: 64, of },
    { figure: 'metadata-vs-nginx', path: '/metadata/1.targets.json', connections: 64, of },
    {
      figure: 'target-vs-nginx',
      path: targetUrl(home.tree, 'alice-project/tool/2.0.0/tool.tgz'),
      connections: 4,
      of: 'bytesPerSecond',
    },
  ];
}

/** In turn, so that whatever else the machine does meets both. */
async function measure(
  { figure, path, connections, of }: Case,
  ours: string,
  nginx: string,
): Promise<void> {
  const loads: { ours: number; nginx: number }[] = [];
  for (let run = -1; run < runs; run += 1) {
    const load = {
      ours: (await wrk(`${ours}${path}`, connections, seconds))[of],
      nginx: (await wrk(`${nginx}${path}`, connections, seconds))[of],
    };
    if (run >= 0) loads.push(load);
  }
  const values = loads.map((each) => each.ours / each.nginx);
  report({ bench, figure, values, yardstick: `${of} of nginx, one worker` });
  const [mine, its] = [loads.map((each) => each.ours), loads.map((each) => each.nginx)].map(median);
  remark(`serve: ${figure}: ${of} ${mine?.toFixed(0) ?? ''}, nginx ${its?.toFixed(0) ?? ''}`);
}
