import path from 'node:path';
import type { Command } from 'commander';
import { fault, visible } from '../../core/error/error.ts';
import { collect, examples, wholeNumber } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';
import { addEventOptions, type EventOptions } from '../terminal/event-options.ts';
import type { RoleView } from '../roles/role-view.ts';
import { registerInvite } from './role-invite.ts';
import { register as registerRemove } from './role-remove.ts';
import { register as registerSet } from './role-set.ts';

interface AddOptions extends EventOptions {
  readonly key: readonly string[];
  readonly threshold: number;
  readonly paths: readonly string[];
  readonly delegator: string;
  readonly terminating: boolean;
  readonly online?: true;
}
interface ShowOptions {
  readonly json?: true;
}

/** `role show|add|set|remove|invite`: who may sign what. */
export function register(program: Command, cli: Cli): void {
  const role = program
    .command('role')
    .description('who may sign what: show roles, add, change, remove them; invite');
  registerAdd(role, cli);
  registerSet(role, cli);
  registerRemove(role, cli);
  registerInvite(role, cli);
  const show = role
    .command('show [name]')
    .description('all roles, or one with its keys, paths and targets')
    .option('--json', 'as JSON')
    .action((name: string | undefined, options: ShowOptions) => showRoles(cli, name, options));
  examples(show, 'tuf-on-git role show project');
}

function registerAdd(role: Command, cli: Cli): void {
  const add = role
    .command('add <name>')
    .description('draft a new role: its delegation, and its own first version without any target')
    .requiredOption('--key <file>', 'public key of somebody who signs it (repeatable)', collect)
    .requiredOption('--paths <pattern...>', 'what it may list: * and ? within a path segment')
    .option('--threshold <number>', 'how many of the keys must sign', wholeNumber(), 1)
    .option('--delegator <role>', 'the role that delegates to it', 'targets')
    .option('--terminating', 'the search for these paths ends with it (the default)', true)
    .option('--no-terminating', 'roles behind it are asked as well')
    .option('--online', 'the server signs it, for whoever has a token for it; no person does');
  addEventOptions(add).action((name: string, options: AddOptions) => addRole(cli, name, options));
  examples(add, "tuf-on-git role add project --key alice.pub --key bob.pub --paths 'project/*'");
}

async function addRole(cli: Cli, name: string, options: AddOptions): Promise<void> {
  const { readPublicKey } = await import('../../core/signers/public-key-file.ts');
  const { changeRoles } = await import('../roles/change-roles.ts');
  const { newRoleDrafts } = await import('../roles/new-role.ts');
  const { delegator, threshold, terminating, paths } = options;
  const isOnline = options.online === true;
  if (isOnline) refuseOnline(options);
  const files = options.key.map((file) => path.resolve(cli.cwd, file));
  const keys = await Promise.all(files.map((file) => readPublicKey(file)));
  const wanted = { name, keys, threshold, terminating, paths, isOnline };
  await changeRoles(cli, options, async (working, now) => ({
    edits: await newRoleDrafts(working, delegator, wanted, now),
    lines: [`${name}: added to ${delegator}, ${threshold} of ${keys.length} keys`],
    signers: [delegator, name],
  }));
}

/** What the gate would refuse at the end (rule online-role.form), or no server could sign. */
function refuseOnline({ delegator, terminating, threshold, key }: AddOptions): void {
  const isOfTargets = delegator === 'targets' && terminating;
  if (isOfTargets && threshold === 1 && key.length === 1) return;
  throw fault(
    'usage.argument',
    '--online',
    'targets delegates to it, terminating, with one key: the server’s',
  );
}

async function showRoles(cli: Cli, name: string | undefined, options: ShowOptions): Promise<void> {
  const { unknownRole, workingState } = await import('../workspace/drafts.ts');
  const { openProject } = await import('../workspace/project.ts');
  const { roleViews } = await import('../roles/role-view.ts');
  const all = roleViews(await workingState(await openProject(cli)));
  const one = all.find(({ role }) => role === name);
  if (name !== undefined && one === undefined) throw unknownRole(name);
  if (options.json === true) cli.out.json(one ?? all);
  else if (one === undefined) cli.out.table(header, all.map(row));
  else for (const text of linesOf(one)) cli.out.result(text);
}

const header = ['ROLE', 'DELEGATOR', 'VERSION', 'EXPIRES', 'SIGNED BY', 'TARGETS', 'PATHS'];

function row(view: RoleView): readonly string[] {
  const version = `${view.version ?? ''}${view.isDraft ? ' (draft)' : ''}`;
  const { role, delegator, expires = '', targets } = view;
  const count = String(targets.length);
  return [role, delegator, version, expires, signers(view), count, paths(view)];
}

function linesOf(view: RoleView): readonly string[] {
  const { role, delegator, version, expires, isDraft, terminating } = view;
  return [
    `${visible(role)}, delegated by ${visible(delegator)}`,
    ...(version === undefined
      ? []
      : [`  version ${version}${isDraft ? ' (draft)' : ''}, expires ${expires ?? ''}`]),
    `  signed by ${visible(signers(view))}`,
    ...view.keys.map(
      ({ owner, fingerprint }) => `    ${visible(owner)} ${fingerprint ?? 'unknown kind of key'}`,
    ),
    ...(view.paths?.length === 0
      ? []
      : [`  paths ${visible(paths(view))}${terminating ? ', terminating' : ''}`]),
    ...view.targets.map(({ path, length }) => `  ${visible(path)}, ${length} bytes`),
  ];
}

function signers({ threshold, keys, isOnline }: RoleView): string {
  if (isOnline) return 'the server';
  return `${threshold} of ${keys.map(({ owner }) => owner).join(', ')}`;
}

function paths({ paths }: RoleView): string {
  return paths === undefined ? 'all' : paths.join(' ');
}
