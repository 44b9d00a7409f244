/**
 * What the gate costs: real pushes by git into a small repository (16 delegated roles) and into a
 * large one (16,384 of them, a million targets), each beside the same push into an equal repository
 * whose hook is an empty Node script. And the audit of the large one, beside python-tuf.
 */
import path from 'node:path';
import { runGit } from '../test/kit/git.ts';
import { installedPython } from '../test/kit/python-environment.ts';
import { median, milliseconds, remark, report } from './kit/figures.ts';
import { bin } from './kit/hooks.ts';
import { makeLargeHome, type LargeHome } from './kit/large-home.ts';
import { notePeakMemory } from './kit/peak-memory.ts';
import { range, type Shape } from './kit/target-layout.ts';
import { timeProgram } from './kit/time-program.ts';

const bench = 'hook';
const emptyHook = 'same push, empty Node hook';
const warmUps = 2;
const small: Shape = { groups: 4, rolesPerGroup: 4, targets: 1000, by: 'patterns' };
const large: Shape = { groups: 128, rolesPerGroup: 128, targets: 1_000_000, by: 'patterns' };

await withHome(large, async (many) => {
  await withHome(small, (few) => comparePushes(few, many));
  await compareChanges(many);
  await measureMemory(many);
  await compareAudit(many);
});
await withHome({ ...large, by: 'hash-prefixes' }, comparePushesByHash);
await withHome(small, auditHistory);

async function withHome(shape: Shape, use: (home: LargeHome) => Promise<void>): Promise<void> {
  const home = await makeLargeHome(shape);
  try {
    await use(home);
  } finally {
    await home.remove();
  }
}

/** The sizes in turn, so that what else the machine does falls on both. */
async function comparePushes(few: LargeHome, many: LargeHome): Promise<void> {
  const runs = 21;
  const [toFew, toMany] = [await pairs(few, runs), await pairs(many, runs)];
  const measured: { few: PushPair; many: PushPair }[] = [];
  for (const run of range(runs)) {
    measured.push({ few: await toFew(run), many: await toMany(run) });
  }
  const [ofFew, ofMany] = [measured.map(({ few }) => few), measured.map(({ many }) => many)];
  remarkOn('16 roles', ofFew);
  remarkOn('16,384 roles', ofMany);
  report({ bench, figure: 'push-one-of-16384', values: ofMany.map(ratio), yardstick: emptyHook });
  report({
    bench,
    figure: 'added-16384-vs-16',
    value: median(ofMany.map(added)) / median(ofFew.map(added)),
    values: measured.map((each) => added(each.many) / added(each.few)),
    yardstick: 'what our hook adds with 16 roles',
  });
}

async function comparePushesByHash(many: LargeHome): Promise<void> {
  const runs = 15;
  const push = await pairs(many, runs);
  const measured: PushPair[] = [];
  for (const run of range(runs)) measured.push(await push(run));
  remarkOn('16,384 roles by hash prefixes', measured);
  const values = measured.map(ratio);
  report({ bench, figure: 'push-one-of-16384-by-hash', values, yardstick: emptyHook });
}

async function compareChanges(home: LargeHome): Promise<void> {
  const runs = 15;
  const many = 1000;
  const commits = await home.prepare(range(2 * runs).map((count) => (count % 2 === 0 ? 1 : many)));
  const times: { one: number; many: number }[] = [];
  for (const run of range(runs)) {
    const [one = '', other = ''] = commits.slice(2 * run);
    times.push({ one: await toOurs(home, one), many: await toOurs(home, other) });
  }
  remark(`hook: a push of one role ${milliseconds(times.map(({ one }) => one))}`);
  remark(`hook: a push of ${many} roles ${milliseconds(times.map((each) => each.many))}`);
  const values = times.map((each) => each.many / each.one);
  report({ bench, figure: 'push-1000-vs-1', values, yardstick: 'a push that changes one role' });
}

async function measureMemory(home: LargeHome): Promise<void> {
  const hook = path.join(home.home.paths.hooks, 'pre-receive');
  const noted = await notePeakMemory(hook);
  for (const commit of await home.prepare([1, 1, 1, 1000])) {
    await toOurs(home, commit);
  }
  const peaks = await noted();
  remark(`hook: peak memory of a push of 1000 roles ${(peaks.at(-1) ?? 0).toFixed(0)} MiB`);
  report({ bench, figure: 'memory-mib', values: peaks.slice(0, -1) });
}

async function compareAudit(home: LargeHome): Promise<void> {
  const python = await installedPython();
  if (python === undefined) {
    remark('hook: no python-tuf here: verify-vs-python-tuf is left out');
    return;
  }
  const { dir, paths } = home.home;
  const source = path.join(dir, 'source');
  await runGit(['clone', '--quiet', '--shared', paths.repository, source]);
  const script = path.join(import.meta.dirname, 'kit/verify_metadata.py');
  const times: { ours: number; python: number }[] = [];
  for (let run = 0; run < 3; run += 1) {
    times.push({
      ours: await timeProgram(path.join(bin, 'tuf-on-git.cjs'), ['verify', dir, '--metadata-only']),
      python: await timeProgram(python, [script, path.join(source, 'metadata')]),
    });
  }
  remark(`hook: verify HOME --metadata-only ${milliseconds(times.map(({ ours }) => ours))}`);
  remark(`hook: verify HOME, the target files too ${milliseconds([await timeVerify(dir)])}`);
  remark(`hook: python-tuf ${milliseconds(times.map((each) => each.python))}`);
  const values = times.map((each) => each.ours / each.python);
  const yardstick = 'python-tuf loading and verifying the same files';
  report({ bench, figure: 'verify-vs-python-tuf', values, yardstick });
}

/** No figure: there is nothing to compare it with. */
async function auditHistory(home: LargeHome): Promise<void> {
  const pushes = 500;
  const commits = await home.prepare(range(pushes).map(() => 1));
  const start = performance.now();
  for (const commit of commits) await toOurs(home, commit);
  remark(
    `hook: ${pushes} pushes, one after the other ${milliseconds([performance.now() - start])}`,
  );
  const time = await timeVerify(home.home.dir, '--history');
  remark(`hook: verify HOME --history of ${pushes} pushes ${milliseconds([time])}`);
}

function timeVerify(home: string, ...options: string[]): Promise<number> {
  return timeProgram(path.join(bin, 'tuf-on-git.cjs'), ['verify', home, ...options]);
}

/** One commit pushed into both repositories of a home; milliseconds each. */
interface PushPair {
  readonly ours: number;
  readonly empty: number;
}

function added({ ours, empty }: PushPair): number {
  return ours - empty;
}

function ratio({ ours, empty }: PushPair): number {
  return ours / empty;
}

/**
 * Pairs of pushes, to be made in order. First into the one, then into the other: what the first of
 * two pays for must not always fall on the same.
 */
async function pairs(home: LargeHome, runs: number): Promise<(run: number) => Promise<PushPair>> {
  const commits = await home.prepare(range(warmUps + runs).map(() => 1));
  const pair = async (index: number): Promise<PushPair> => {
    const commit = commits[index] ?? '';
    if (index % 2 === 0) {
      return { ours: await toOurs(home, commit), empty: await home.push(commit, home.yardstick) };
    }
    const empty = await home.push(commit, home.yardstick);
    return { ours: await toOurs(home, commit), empty };
  };
  for (let run = 0; run < warmUps; run += 1) await pair(run);
  return (run) => pair(warmUps + run);
}

function toOurs(home: LargeHome, commit: string): Promise<number> {
  return home.push(commit, home.home.paths.repository);
}

function remarkOn(what: string, measured: readonly PushPair[]): void {
  const texts = [
    `with our hook ${milliseconds(measured.map(({ ours }) => ours))}`,
    `with an empty one ${milliseconds(measured.map(({ empty }) => empty))}`,
    `added ${milliseconds(measured.map(added))}`,
  ];
  remark(`hook: ${what}: ${texts.join(', ')}`);
}
