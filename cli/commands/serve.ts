import type { Command } from 'commander';
import { line } from '../../core/error/error.ts';
import type { Addresses } from '../daemon-process.ts';
import { examples } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';

interface ServeOptions {
  readonly jsonReady?: true;
  readonly floor?: string;
  readonly singleUser?: true;
  readonly upgrade?: true;
}

/** `serve HOME`: the daemon, in a process of its own. */
export function register(program: Command, cli: Cli): void {
  const serve = program
    .command('serve <home>')
    .description('run the daemon: sign, publish and serve what is pushed, until told to stop')
    .option('--json-ready', 'one line of JSON on stdout when it answers, with its addresses')
    .option(
      '--floor <snapshot:timestamp>',
      'after a restore: the highest versions that clients may have seen; what is signed is above them',
    )
    .option(
      '--single-user',
      'serve though others may write to the HOME: nobody else has an account',
    )
    .option('--upgrade', 'bring the HOME of an older version to this one; make a backup before')
    .action((home: string, options: ServeOptions) => run(cli, home, options));
  examples(serve, 'tuf-on-git serve /srv/tuf');
}

async function run(cli: Cli, directory: string, options: ServeOptions): Promise<void> {
  const { openHome, readPinnedRoot } = await import('../../core/home/home.ts');
  const { readSignerSettings } = await import('../../core/home/signer-settings.ts');
  const { serveUntilItEnds } = await import('../daemon-process.ts');
  if (options.upgrade === true) await upgrade(cli, directory);
  const { paths, config } = await openHome(directory);
  await readPinnedRoot(paths.pinnedRoot);
  const isApart = config.signerSocket !== undefined;
  const keys = isApart ? [] : (await readSignerSettings(paths.signer)).keys;
  const daemon = { home: paths.home, keys, options: daemonOptions(options) };
  const tell = async (ready: Addresses) => {
    if (options.jsonReady === true) cli.out.result(JSON.stringify(ready));
    else tellPerson(cli, ready);
    await tellWhatIsWrong(cli, ready);
  };
  process.exitCode = await serveUntilItEnds(daemon, tell);
}

async function upgrade({ out }: Cli, directory: string): Promise<void> {
  const { homeFormat } = await import('../../core/home/config.ts');
  const { upgradeHome } = await import('../../core/home/upgrade.ts');
  const before = await upgradeHome(directory);
  const isSame = before === homeFormat;
  out.say(isSame ? `it has format ${before} already` : `format ${before} → ${homeFormat}`);
}

function daemonOptions({ floor, singleUser }: ServeOptions): readonly string[] {
  return [
    ...(floor === undefined ? [] : [`--floor=${floor}`]),
    ...(singleUser === true ? ['--single-user'] : []),
  ];
}

function tellPerson({ out }: Cli, { content, console }: Addresses): void {
  out.say(`content  ${content}  (what clients read)`);
  out.say(`console  ${console}  (git and people)`);
  out.say('serving until Ctrl-C', 'faint');
}

/** The daemon serves on when it cannot sign; its log alone would not tell a person so. */
async function tellWhatIsWrong({ out }: Cli, { console }: Addresses): Promise<void> {
  const { askReadiness } = await import('../daemon-readiness.ts');
  const { reasons, generation } = await askReadiness(console);
  if (reasons.length === 0) return;
  for (const reason of reasons) out.error(line(reason));
  const served =
    generation === undefined
      ? 'nothing was published yet'
      : 'what was published goes on being served';
  out.say(`${served}; publishing waits`);
}
