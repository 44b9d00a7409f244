import type { Command } from 'commander';
import { fault, line, type Finding } from '../../core/error/error.ts';
import type { Home } from '../../core/home/home.ts';
import type { ObjectId } from '../../core/git/object-id.ts';
import { examples } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';

interface RepairOptions {
  readonly yes?: true;
  readonly renew?: true;
  readonly json?: true;
}

/** What the daemon's own check finds, where main is not as it should be. */
interface Diagnosis {
  readonly tip: ObjectId | undefined;
  readonly lastGood: ObjectId;
  readonly kept: string | undefined;
  readonly findings: readonly Finding[];
}

/** `repair HOME`: brings a main that came past the hook back to its last good commit. */
export function register(program: Command, cli: Cli): void {
  const repair = program
    .command('repair <home>')
    .description('move a main that breaks the rules back to its last good commit; keep the bad one')
    .option('--yes', 'do not ask')
    .option(
      '--renew',
      'leave main as it is, and let the daemon renew the last good state for a day',
    )
    .option('--json', 'the result as JSON')
    .action((home: string, options: RepairOptions) => run(cli, home, options));
  examples(repair, 'tuf-on-git repair /srv/tuf');
}

async function run(cli: Cli, directory: string, options: RepairOptions): Promise<void> {
  const { openBareRepository } = await import('../../core/git/binary/bare-repository.ts');
  const { openHome } = await import('../../core/home/home.ts');
  const { diagnose, moveBack } = await import('../../daemon/reconcile/repair.ts');
  const { paths } = await openHome(directory);
  if (options.renew === true) {
    await renew(cli, paths, options);
    return;
  }
  const git = openBareRepository(paths.repository);
  try {
    const diagnosis = await diagnose(git, paths);
    if (diagnosis !== undefined) {
      await confirm(cli, diagnosis, options);
      await moveBack(git, diagnosis);
    }
    report(cli, paths, diagnosis, options);
  } finally {
    await git.close();
  }
}

/** The word that the daemon waits for a day after `main` was found to be bad. */
async function renew({ out }: Cli, { state }: Home['paths'], { json }: RepairOptions) {
  const { renewForADay } = await import('../../daemon/reconcile/bad-tip.ts');
  const until = await renewForADay(state, new Date());
  if (json === true) out.json({ renewedUntil: until?.toISOString() });
  else if (until === undefined) out.result('no daemon has found main to be bad');
  else out.result(`the last good state is renewed until ${until.toISOString()}`);
}

/** Shows why `main` is to be moved, and asks. */
async function confirm({ out, ask }: Cli, diagnosis: Diagnosis, { yes }: RepairOptions) {
  const { tip, lastGood, findings } = diagnosis;
  out.say(`main is at ${tip ?? 'nothing'}, which does not hold:`);
  for (const finding of findings) out.say(`  ${line(finding)}`);
  const text = `Move it to ${lastGood}, the last good commit?`;
  if (yes === true || (await ask.confirm({ text, option: '--yes' }))) return;
  throw fault('publish.bad-tip', 'main', 'it was left as it is');
}

function report(
  { out }: Cli,
  { repository }: Home['paths'],
  diagnosis: Diagnosis | undefined,
  { json }: RepairOptions,
): void {
  if (json === true) out.json({ repaired: diagnosis !== undefined, ...diagnosis });
  else if (diagnosis === undefined) out.result('main holds: there is nothing to repair');
  else {
    const { lastGood, kept } = diagnosis;
    out.result(`main is at ${lastGood}`);
    if (kept === undefined) return;
    out.result(`what was there is kept as ${kept}`);
    out.say(`look at it with: git -C ${repository} log -p ${lastGood}..${kept}`);
  }
}
