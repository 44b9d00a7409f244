import type { Command } from 'commander';
import { fault, visible } from '../../core/error/error.ts';
import type { RoleSetting } from '../roles/set-role.ts';
import type { RoleWish } from '../roles/role-wish.ts';
import { collect, examples, wholeNumber } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';
import { addEventOptions, type EventOptions } from '../terminal/event-options.ts';
import { addModuleOption, keyAccess, type ModuleOptions } from '../terminal/key-options.ts';

interface SetOptions extends ModuleOptions, EventOptions {
  readonly addKey?: readonly string[];
  readonly removeKey?: readonly string[];
  readonly replaceKey?: readonly string[];
  readonly threshold?: number;
  readonly paths?: readonly string[];
  readonly expiryDays?: number;
  readonly renew?: true;
  readonly takeOver?: true;
}

/** `role set`: who signs a role, for which paths, and how long its versions live. */
export function register(role: Command, cli: Cli): void {
  const command = role
    .command('set <name>')
    .description('draft other signers, paths or expiry of a role; of targets, root, or online')
    .option('--add-key <file>', 'one more public key that signs it (repeatable)', collect)
    .option('--remove-key <who>', 'one that signs it no more: @owner or keyid', collect)
    .option('--replace-key <who=file>', 'another public key in the place of one', collect)
    .option('--threshold <number>', 'how many of the keys must sign', wholeNumber())
    .option('--paths <pattern...>', 'what it may list, in the place of what it may now')
    .option('--expiry-days <number>', 'how long its versions live from now on', wholeNumber())
    .option('--renew', 'the same once more, with a new expiry')
    .option('--take-over', 'a key is stolen: make the role again, without what lies outside');
  addEventOptions(addModuleOption(command)).action((name: string, options: SetOptions) =>
    setRole(cli, name, options),
  );
  examples(
    command,
    'tuf-on-git role set project --replace-key @alice=alice-2.pub',
    'tuf-on-git role set root --add-key carol.pub --remove-key @bob --threshold 2',
  );
}

async function setRole(cli: Cli, name: string, options: SetOptions): Promise<void> {
  const { changeRoles } = await import('../roles/change-roles.ts');
  const { roleSetting } = await import('../roles/set-role.ts');
  const wish = await readWish(cli, name, options);
  await changeRoles(cli, options, async (working, now) => {
    const setting = await roleSetting(working, wish, now);
    return { ...setting, lines: linesOf(name, setting) };
  });
}

async function readWish(cli: Cli, name: string, options: SetOptions): Promise<RoleWish> {
  const { readNamedKey } = await import('../keys/read-named-key.ts');
  const access = keyAccess(cli, options);
  const add = (options.addKey ?? []).map((key) => readNamedKey(key, access));
  const replace = (options.replaceKey ?? []).map(async (text) => {
    const [, who = '', key = ''] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    if (who === '') throw fault('usage.argument', `--replace-key ${text}`, 'it is WHO=FILE');
    return { who, key: await readNamedKey(key, access) };
  });
  return {
    name,
    add: await Promise.all(add),
    remove: options.removeKey ?? [],
    replace: await Promise.all(replace),
    threshold: options.threshold,
    paths: options.paths,
    expiryDays: options.expiryDays,
    renew: options.renew === true,
    takeOver: options.takeOver === true,
  };
}

function linesOf(name: string, { madeAgain, dropped }: RoleSetting): readonly string[] {
  return [
    `${visible(name)}: drafted`,
    ...madeAgain.map((role) => `${visible(role)}: made again, for its new signers have to sign it`),
    ...dropped.map((path) => `${visible(path)}: dropped, it lies outside`),
    ...(name === 'online' ? [onlineAdvice] : []),
  ];
}

const onlineAdvice =
  'before it can land: the operator adds the key to "keys" in HOME/signer/settings.json';
