import type { Command } from 'commander';
import { fault } from '../../core/error/error.ts';
import type { Audit } from '../audit/verify-home.ts';
import { examples } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';

interface VerifyOptions {
  readonly json?: true;
}

/** `verify HOME`: every commit of `main`, and what was published, from the pinned root on. */
export function register(program: Command, cli: Cli): void {
  const verify = program
    .command('verify <home>')
    .description('audit a HOME, offline: every commit of main, and what is published of it')
    .option('--json', 'the result as JSON')
    .action((home: string, options: VerifyOptions) => run(cli, home, options));
  examples(verify, 'tuf-on-git verify /srv/tuf');
}

async function run(cli: Cli, home: string, options: VerifyOptions): Promise<void> {
  refuseUrl(home);
  const { verifyHome } = await import('../audit/verify-home.ts');
  const audit = await verifyHome(home, cli.now());
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

function print({ out }: Cli, { tip, commits, policy, published }: Audit): void {
  out.result(`main holds: ${count(commits, 'commit')} up to ${tip}`);
  out.result(`policy      ${JSON.stringify(policy)}`);
  if (published === undefined) {
    out.say('nothing is published yet: is the daemon running?');
    return;
  }
  const { commit, generations, roles } = published;
  out.result(`published   ${commit}, ${count(generations, 'generation')} so far`);
  if (commit !== tip) out.warn('the newest commits of main are not published yet');
  const rows = roles.map(({ role, version, expires }) => [role, String(version), expires]);
  out.table(['ROLE', 'VERSION', 'EXPIRES'], rows);
}

function count(many: number, what: string): string {
  return `${many} ${what}${many === 1 ? '' : 's'}`;
}
