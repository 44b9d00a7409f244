/**
 * 100 changes to 100 roles from 8 clients, each of which sends its next one when clients can see the
 * last; and before them as many from a single client.
 */
import { startDaemonProgram, type DaemonProgram } from '../../test/kit/daemon-program.ts';
import { moveOnlineKey } from '../../test/kit/online-key.ts';
import { peakMib } from '../../test/kit/peak-memory.ts';
import type { TestToken } from '../../test/kit/softhsm.ts';
import { issueToken } from '../../test/kit/uploads.ts';
import { median, milliseconds, quantile, remark, report } from '../kit/figures.ts';
import { makeLargeHome, type LargeHome } from '../kit/large-home.ts';
import { withOnlineToken } from '../kit/online-token.ts';
import { timeChange } from '../kit/send-change.ts';
import { range, type Shape } from '../kit/target-layout.ts';
import { timestampVersion } from '../kit/visible.ts';

const bench = 'upload';
const runs = 5;
const clients = 8;
const shape: Shape = { groups: 10, rolesPerGroup: 10, targets: 1000, by: 'patterns' };
const alone = 20;

/** What a number of changes took. */
interface Load {
  /** From sending to visible, of each, in milliseconds. */
  readonly times: readonly number[];
  readonly perSecond: number;
  readonly generations: number;
}

interface Measured {
  /** Of one client. */
  readonly one: Load;
  readonly many: Load;
  /** Of the daemon, its memory. */
  readonly peakMib: number;
}

export async function countGenerations(): Promise<void> {
  const measured: Measured[] = [];
  for (let run = 0; run < runs; run += 1) measured.push(await withOnlineToken(measure));
  tell(measured);
}

async function measure(token: TestToken | undefined): Promise<Measured> {
  const large = await makeLargeHome(shape);
  if (token !== undefined) await moveOnlineKey(large.home, token);
  const daemon = await startDaemonProgram(large.home);
  try {
    const one = await load(large, daemon, range(alone), 1);
    const many = await load(large, daemon, range(large.tree.roles), clients);
    return { one, many, peakMib: await peakMib(daemon.pid) };
  } finally {
    await daemon.stop();
    await large.remove();
  }
}

/** Sends a change of each of the roles; clients take the next one when their last is to be seen. */
async function load(
  { home, tree }: LargeHome,
  daemon: DaemonProgram,
  roles: readonly number[],
  senders: number,
): Promise<Load> {
  const token = await issueToken(home, `alice-${senders}`, ['change:submit']);
  const base = await home.tip();
  const bodies = roles.map((role) => bodyOf(base, tree.next(role)));
  const before = await timestampVersion(daemon.content);
  const times: number[] = [];
  const start = performance.now();
  const sendAll = async () => {
    for (let body = bodies.shift(); body !== undefined; body = bodies.shift()) {
      times.push(await timeChange(daemon, token, body));
    }
  };
  await Promise.all(range(senders).map(sendAll));
  const perSecond = roles.length / ((performance.now() - start) / 1000);
  return { times, perSecond, generations: (await timestampVersion(daemon.content)) - before };
}

function bodyOf(base: string, [file, bytes]: ReturnType<LargeHome['tree']['next']>) {
  const role = file.replace(/^metadata\/(.*)\.json$/, '$1');
  return { base, metadata: { [role]: Buffer.from(bytes).toString('base64') } };
}

function tell(loads: readonly Measured[]): void {
  const [many, one] = [loads.map((each) => each.many), loads.map((each) => each.one)];
  remarkOn(`one client`, one);
  remarkOn(`${clients} clients`, many);
  report({
    bench,
    figure: 'changes-per-generation',
    values: many.map(({ times, generations }) => times.length / generations),
    yardstick: `generations, of 100 changes to 100 roles from ${clients} clients`,
  });
  report({
    bench,
    figure: 'changes-per-second-vs-one-client',
    values: loads.map((each) => each.many.perSecond / each.one.perSecond),
    yardstick: 'changes per second of one client',
  });
  report({
    bench,
    figure: 'change-p99-vs-alone',
    values: loads.map((each) => quantile(each.many.times, 0.99) / median(each.one.times)),
    yardstick: 'p50 of a change while there is no other',
  });
  report({ bench, figure: 'changes-memory-mib', values: loads.map((each) => each.peakMib) });
}

function remarkOn(who: string, loads: readonly Load[]): void {
  const texts = [
    `${median(loads.map(({ perSecond }) => perSecond)).toFixed(1)} changes a second`,
    `p50 ${milliseconds(loads.map(({ times }) => median(times)))}`,
    `p99 ${milliseconds(loads.map(({ times }) => quantile(times, 0.99)))}`,
    `generations ${loads.map(({ generations }) => generations).join(', ')}`,
  ];
  remark(`upload: ${who}: ${texts.join(', ')}`);
}
