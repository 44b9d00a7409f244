/**
 * `POST /changes` with `Prefer: wait`, up to its answer, against `git push` on the server's own disk,
 * up to the moment when a client sees it. The same changes, in turn, to two equal repositories with a
 * daemon each.
 */
import { startDaemonProgram, type DaemonProgram } from '../../test/kit/daemon-program.ts';
import { changeOf } from '../../test/kit/api.ts';
import { copyHome, makeHome, type TestHome } from '../../test/kit/home.ts';
import { moveOnlineKey } from '../../test/kit/online-key.ts';
import type { TestToken } from '../../test/kit/softhsm.ts';
import type { Tree } from '../../test/kit/source-tree.ts';
import { issueToken } from '../../test/kit/uploads.ts';
import { median, milliseconds, remark, report } from '../kit/figures.ts';
import { withOnlineToken } from '../kit/online-token.ts';
import { cloneOf, commitRelease, timePush } from '../kit/release-clone.ts';
import { timeChange } from '../kit/send-change.ts';
import { timestampVersion, untilVisible } from '../kit/visible.ts';

const changes = 50;
const warmUps = 3;

export function compareChanges(): Promise<void> {
  return withOnlineToken(compareWith);
}

async function compareWith(token: TestToken | undefined): Promise<void> {
  const pushed = await makeHome();
  if (token !== undefined) await moveOnlineKey(pushed, token);
  const sent = await copyHome(pushed);
  const daemons = [await startDaemonProgram(pushed), await startDaemonProgram(sent)] as const;
  try {
    await compare(pushed, sent, daemons);
  } finally {
    for (const daemon of daemons) await daemon.stop();
    for (const home of [pushed, sent]) await home.remove();
  }
}

async function compare(
  pushed: TestHome,
  sent: TestHome,
  [toPush, toSend]: readonly [DaemonProgram, DaemonProgram],
): Promise<void> {
  const clone = await cloneOf(pushed);
  const token = await issueToken(sent, 'alice', ['change:submit']);
  const times: { change: number; push: number }[] = [];
  for (let run = -warmUps; run < changes; run += 1) {
    const before: Tree = new Map(pushed.tree);
    await commitRelease(clone, pushed, run + warmUps);
    const version = (await timestampVersion(toPush.content)) + 1;
    const start = performance.now();
    await timePush(clone, pushed.paths.repository);
    await untilVisible(toPush.content, version);
    const push = performance.now() - start;
    const body = changeOf(await sent.tip(), before, pushed.tree);
    const change = await timeChange(toSend, token, body);
    if (run >= 0) times.push({ change, push });
  }
  tell(times);
}

function tell(times: readonly { change: number; push: number }[]): void {
  const [byApi, byPush] = [times.map(({ change }) => change), times.map(({ push }) => push)];
  remark(`upload: a change ${milliseconds(byApi)}, a push to visible ${milliseconds(byPush)}`);
  const base = median(byPush);
  const values = byApi.map((each) => each / base);
  const yardstick = 'the same change by git push on the server, until a client sees it, p50';
  report({ bench: 'upload', figure: 'change-vs-push', values, yardstick });
}
