import type { Command } from 'commander';
import { fault } from '../../core/error/error.ts';
import type { Audit } from '../audit/verify-home.ts';
import { examples } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';
import { counted } from '../terminal/counted.ts';

interface VerifyOptions {
  readonly history?: true;
  readonly metadataOnly?: true;
  readonly json?: true;
}

/** `verify HOME`: the tip of main and what is published of it, or all that ever was. */
export function register(program: Command, cli: Cli): void {
  const verify = program
    .command('verify <home>')
    .description('audit a HOME, offline: the whole tip of main, and what is published of it')
    .option('--history', 'every commit of main and every generation too, since the first')
    .option('--metadata-only', 'look at no target file')
    .option('--json', 'the result as JSON')
    .action((home: string, options: VerifyOptions) => run(cli, home, options));
  examples(verify, 'tuf-on-git verify /srv/tuf', 'tuf-on-git verify /srv/tuf --history --json');
}

async function run(cli: Cli, home: string, options: VerifyOptions): Promise<void> {
  refuseUrl(home);
  const { verifyHome } = await import('../audit/verify-home.ts');
  const { history = false, metadataOnly = false } = options;
  const progress = (text: string) => {
    cli.out.progress(text);
  };
  const audit = await verifyHome(home, cli.now(), { history, metadataOnly, progress });
  if (options.json === true) cli.out.json(audit);
  else print(cli, audit);
}

/** A server seen from outside shows no history to audit. */
function refuseUrl(home: string): void {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(home)) return;
  throw fault('usage.argument', 'HOME', 'only a HOME, a folder of this computer, can be verified', {
    hint: 'clients verify what is served at a URL: tuf-on-git get',
  });
}

function print({ out }: Cli, { tip, roles, contents, policy, published, past }: Audit): void {
  if (past !== undefined) {
    const { commits, generations } = past;
    out.result(
      `history holds: ${counted(commits, 'commit')}, ${counted(generations, 'generation')}`,
    );
  }
  out.result(`main holds: ${counted(roles, 'role')} at ${tip}`);
  out.result(contents === undefined ? 'target files were left out' : hashed(contents));
  out.result(`policy      ${JSON.stringify(policy)}`);
  if (published === undefined) {
    out.say('nothing is published yet: is the daemon running?');
    return;
  }
  out.result(`published   ${published.commit}`);
  out.result(
    `one refresh ${counted(published.refreshBytes, 'byte')}: timestamp, snapshot, targets`,
  );
  if (published.commit !== tip) out.warn('the newest commits of main are not published yet');
  const rows = published.roles.map(({ role, version, expires }) => [
    role,
    String(version),
    expires,
  ]);
  out.table(['ROLE', 'VERSION', 'EXPIRES'], rows);
}

function hashed({ targets, files, bytes }: NonNullable<Audit['contents']>): string {
  return `targets hold: ${counted(targets, 'target')}, ${counted(files, 'file')} of ${counted(bytes, 'byte')}`;
}
