import type { Command } from 'commander';
import { examples, wholeNumber } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';
import { confirmSigning } from '../terminal/confirm-signing.ts';
import { addKeyOptions, type KeyOptions } from '../terminal/key-options.ts';
import { serverLines } from '../terminal/server-lines.ts';
import { addTokenOptions } from '../terminal/token-options.ts';
import type { Wish } from '../upload/wishes.ts';
import type { Project } from '../workspace/project.ts';
import type { TokenOptions } from '../workspace/token.ts';

interface UploadCommandOptions extends KeyOptions, TokenOptions {
  readonly to: string;
  readonly role?: string;
  readonly contentUrl?: string;
  readonly waitSeconds: number;
  readonly yes?: true;
  readonly json?: true;
}

/** `upload`: add, sign, send and wait until clients can see it, in one step. */
export function register(program: Command, cli: Cli): void {
  const command = program
    .command('upload <file...>')
    .description('publish files in one step: shown, signed, sent, and seen by a client')
    .requiredOption('--to <prefix>', 'the folder of their target paths: PROJECT/PRODUCT/VERSION')
    .option('--role <name>', 'the role to list them in, where your keys do not say which')
    .option('--content-url <url>', 'where clients read, when the server does not say')
    .option(
      '--wait-seconds <seconds>',
      'how long to wait for clients to see it',
      wholeNumber(0),
      120,
    )
    .option('--yes', 'sign what is shown without being asked')
    .option('--json', 'as JSON');
  addTokenOptions(addKeyOptions(command)).action(
    (files: readonly string[], options: UploadCommandOptions) => uploadFiles(cli, files, options),
  );
  examples(command, 'tuf-on-git upload dist/* --to project/product/1.2.0');
}

async function uploadFiles(
  cli: Cli,
  files: readonly string[],
  options: UploadCommandOptions,
): Promise<void> {
  const { sendBlobs } = await import('../workspace/blobs.ts');
  const { upload } = await import('../upload/upload.ts');
  const { readWishes } = await import('../upload/wishes.ts');
  const { authorOf } = await import('../workspace/commit-drafts.ts');
  const { keysOf } = await import('../workspace/key-setup.ts');
  const { requireKeys } = await import('../workspace/own-keys.ts');
  const { openProject } = await import('../workspace/project.ts');
  const { givenToken } = await import('../workspace/token.ts');
  const project = await openProject(cli, await givenToken(options, cli.cwd, cli.out));
  const { keys, access } = await keysOf(cli, options, project.settings);
  const wishes = await readWishes(files, options.to, cli.cwd);
  const commit = await upload(project, {
    ...serverLines(cli.out),
    wishes,
    role: options.role,
    keys: requireKeys(keys),
    access,
    sendBlobs: (blobs) => sendBlobs(project, blobs, cli.out),
    authorOf: (owner) => authorOf(cli.env, owner),
    confirm: (lines) => confirmSigning(cli, lines, options),
  });
  cli.out.say(`accepted: main is at ${commit.slice(0, 12)}`);
  const isSeen = await seen(cli, project, wishes, options);
  if (options.json === true) {
    const targets = wishes.map(({ target, length, sha256 }) => ({ target, length, sha256 }));
    cli.out.json({ commit, visible: isSeen, targets });
    return;
  }
  for (const { target } of wishes) cli.out.result(target);
}

/** @returns false where nobody says where clients read */
async function seen(
  cli: Cli,
  { server, trusted }: Project,
  wishes: readonly Wish[],
  options: UploadCommandOptions,
): Promise<boolean> {
  const { awaitVisible } = await import('../upload/await-visible.ts');
  const { contentUrlOf } = await import('../server/content-url.ts');
  const contentUrl = options.contentUrl ?? (server && (await contentUrlOf(server)));
  if (contentUrl === undefined) {
    cli.out.warn('nobody says where clients read; name it with --content-url to wait for them');
    return false;
  }
  await awaitVisible(wishes, {
    contentUrl: contentUrl.replace(/\/+$/, ''),
    root: trusted,
    timeoutMs: options.waitSeconds * 1000,
  });
  cli.out.say('clients can see it');
  return true;
}
