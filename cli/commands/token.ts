import { Option, type Command } from 'commander';
import type { TokenRecord, TokenScope } from '../../core/home/tokens.ts';
import { collect, examples, wholeNumber } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';

interface AddOptions {
  readonly scope?: readonly TokenScope[];
  readonly expiresDays: number;
}

/** `token add|list|revoke HOME`: who may send to this server. Signatures alone decide what it accepts. */
export function register(program: Command, cli: Cli): void {
  const token = program.command('token').description('bearer tokens for pushes over HTTP');
  const add = token
    .command('add <home> <name>')
    .description('make a token and print it, this once: it is kept nowhere')
    .addOption(
      new Option('--scope <scope>', 'what it is for (repeatable; default git:push)')
        .choices(['git:push'])
        .argParser(collect),
    )
    .option('--expires-days <days>', 'its life, at most 90', wholeNumber(), 30)
    .action((home: string, name: string, options: AddOptions) => addOne(cli, home, name, options));
  examples(add, 'tuf-on-git token add /srv/tuf alice > alice.token');
  token
    .command('list <home>')
    .description('the tokens of a HOME, by name; their text is not kept')
    .option('--json', 'as JSON')
    .action((home: string, options: { json?: true }) => list(cli, home, options));
  token
    .command('revoke <home> <name>')
    .description('refuse a token from now on')
    .action((home: string, name: string) => revoke(cli, home, name));
}

async function addOne(cli: Cli, home: string, name: string, options: AddOptions): Promise<void> {
  const { addToken } = await import('../../core/home/tokens.ts');
  const file = await tokensFile(home);
  const scopes = [...new Set(options.scope ?? ['git:push' as const])];
  const now = cli.now();
  const text = await addToken(file, { name, scopes, days: options.expiresDays, now });
  cli.out.result(text);
  cli.out.say(`token ${name} (${scopes.join(', ')}) expires in ${options.expiresDays} days`);
}

async function list(cli: Cli, home: string, options: { json?: true }): Promise<void> {
  const { listTokens } = await import('../../core/home/tokens.ts');
  const tokens = await listTokens(await tokensFile(home));
  if (options.json === true) {
    cli.out.json(
      tokens.map(({ name, scopes, created, expires }) => ({ name, scopes, created, expires })),
    );
    return;
  }
  if (tokens.length === 0) cli.out.say('no tokens yet');
  cli.out.table(
    ['NAME', 'SCOPES', 'EXPIRES', ''],
    tokens.map((token) => row(token, cli.now())),
  );
}

async function revoke(cli: Cli, home: string, name: string): Promise<void> {
  const { revokeToken } = await import('../../core/home/tokens.ts');
  await revokeToken(await tokensFile(home), name);
  cli.out.say(`token ${name} is refused from now on`);
}

async function tokensFile(home: string): Promise<string> {
  const { openHome } = await import('../../core/home/home.ts');
  return (await openHome(home)).paths.tokens;
}

function row({ name, scopes, expires }: TokenRecord, now: Date): string[] {
  return [name, scopes.join(' '), expires, new Date(expires) <= now ? 'expired' : ''];
}
