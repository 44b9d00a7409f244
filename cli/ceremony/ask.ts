/** What the options of `init` left open, asked on a terminal. */
import path from 'node:path';
import { fault } from '../../core/error/error.ts';
import type { KeyAccess } from '../../core/signers/open-signer.ts';
import type { Cli } from '../terminal/cli.ts';
import { askOnlineKey, askRoleKeys } from './ask-keys.ts';
import {
  isRepositoryName,
  majority,
  repositoryNameForm,
  type CompleteWishes,
  type Wishes,
} from './wishes.ts';

/**
 * Asks only when keys are missing: with all of them named, defaults answer the rest.
 * @throws `usage.no-terminal` naming the first option that is missing
 */
export async function complete(
  wishes: Wishes,
  home: string,
  cli: Cli,
  access: KeyAccess,
): Promise<CompleteWishes> {
  const { rootKey, targetsKey, onlineKey } = wishes;
  const named = wishes.repository ?? defaultName(home);
  if (rootKey !== undefined && targetsKey !== undefined && onlineKey !== undefined) {
    return { ...wishes, rootKey, targetsKey, onlineKey, repository: named };
  }
  requireTerminal(cli, {
    '--root-key': rootKey,
    '--targets-key': targetsKey,
    '--online-key': onlineKey,
  });
  const root = rootKey ?? (await askRoleKeys(cli, 'root', access));
  const rootThreshold =
    wishes.rootThreshold ?? (await askThreshold(cli, 'root', root.length, majority(root.length)));
  const targets = targetsKey ?? (await askRoleKeys(cli, 'targets', access));
  const targetsThreshold =
    wishes.targetsThreshold ?? (await askThreshold(cli, 'targets', targets.length, 1));
  const online = onlineKey ?? (await askOnlineKey(cli, access));
  const repository = wishes.repository ?? (await askName(cli, named));
  return {
    ...wishes,
    ...{ rootKey: root, rootThreshold, targetsKey: targets, targetsThreshold },
    ...{ onlineKey: online, repository },
    // Whoever chooses a threshold of 1 here has been asked: the policy follows.
    minRootThreshold: Math.min(wishes.minRootThreshold, rootThreshold),
  };
}

/** Where nobody can be asked, what is missing is named before anything is opened. */
function requireTerminal(cli: Cli, options: Readonly<Record<string, unknown>>): void {
  if (cli.ask.possible) return;
  const [missing = ''] = Object.keys(options).filter((option) => options[option] === undefined);
  throw fault('usage.no-terminal', missing, 'it is missing, and there is no terminal to ask on', {
    hint: 'tuf-on-git init --help shows what to give',
  });
}

/** The folder's name, as far as it can be part of a repository's name. */
function defaultName(home: string): string {
  const usable = path.basename(home).replace(/[^A-Za-z0-9._-]+/g, '-');
  return usable.replace(/^[^A-Za-z0-9]+/, '').slice(0, 80) || 'repository';
}

function askName(cli: Cli, initial: string): Promise<string> {
  const question = { text: 'Name of the repository', option: '--repository' };
  return cli.ask.text(question, {
    default: initial,
    check: (answer) => (isRepositoryName(answer) ? undefined : repositoryNameForm),
  });
}

async function askThreshold(cli: Cli, role: string, keys: number, initial: number) {
  const text = `How many of ${keys} must sign ${role}`;
  const answer = await cli.ask.text(
    { text, option: `--${role}-threshold` },
    {
      default: String(initial),
      check: (value) =>
        /^\d{1,4}$/.test(value) && Number(value) >= 1 && Number(value) <= keys
          ? undefined
          : `a number from 1 to ${keys}`,
    },
  );
  return Number(answer);
}
