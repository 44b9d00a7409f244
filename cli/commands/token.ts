import type { Command } from 'commander';
import type { TokenRecord } from '../../core/home/tokens.ts';
import { collect, examples, instant } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';

interface AddOptions {
  readonly scope?: readonly string[];
  readonly prefix?: readonly string[];
  readonly expires: string;
}

/** `token add|list|revoke HOME`: who may send to this server. Signatures alone decide what it accepts. */
export function register(program: Command, cli: Cli): void {
  const token = program
    .command('token')
    .description('bearer tokens for pushes over HTTP and for uploads');
  const add = token
    .command('add <home> <name>')
    .description('make a token and print it, this once: it is kept nowhere')
    .option(
      '--scope <scope>',
      'git:push, blob:put, change:submit, event:NAME or event:*, online:ROLE (repeatable; default git:push and blob:put)',
      collect,
    )
    .option('--prefix <path>', 'changes keep to target paths that begin so (repeatable)', collect)
    .option('--expires <when>', 'its end: a number of days, as 30d, or a date; at most 90d', '30d')
    .action((home: string, name: string, options: AddOptions) => addOne(cli, home, name, options));
  examples(
    add,
    'tuf-on-git token add /srv/tuf alice > alice.token',
    'tuf-on-git token add /srv/tuf ci --scope blob:put --scope change:submit --prefix shop/ --expires 7d',
  );
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
  const scopes = [...new Set(options.scope ?? ['git:push', 'blob:put'])];
  const now = cli.now();
  const expires = instant('--expires', options.expires, now);
  const text = await addToken(file, { name, scopes, prefixes: options.prefix ?? [], expires, now });
  cli.out.result(text);
  cli.out.say(`token ${name} (${scopes.join(', ')}) expires on ${expires.toISOString()}`);
}

async function list(cli: Cli, home: string, options: { json?: true }): Promise<void> {
  const { listTokens } = await import('../../core/home/tokens.ts');
  const tokens = await listTokens(await tokensFile(home));
  if (options.json === true) {
    cli.out.json(
      tokens.map(({ name, scopes, prefixes, created, expires }) => ({
        name,
        scopes,
        prefixes,
        created,
        expires,
      })),
    );
    return;
  }
  if (tokens.length === 0) cli.out.say('no tokens yet');
  cli.out.table(
    ['NAME', 'SCOPES', 'PATHS', 'EXPIRES', ''],
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

function row({ name, scopes, prefixes, expires }: TokenRecord, now: Date): string[] {
  return [
    name,
    scopes.join(' '),
    prefixes.join(' '),
    expires,
    new Date(expires) <= now ? 'expired' : '',
  ];
}
