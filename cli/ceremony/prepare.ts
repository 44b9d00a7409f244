import { randomBytes } from 'node:crypto';
import { fault } from '../../core/error/error.ts';
import { configSchema, homeFormat, type Config } from '../../core/home/config.ts';
import { defaultPolicy, policyField, readPolicy } from '../../core/metadata/policy.ts';
import type { KeyAccess } from '../../core/signers/open-signer.ts';
import type { Ceremony } from './ceremony.ts';
import { checkCeremony, type SigningTime } from './check.ts';
import { policyJson } from './first-metadata.ts';
import { openKeys } from './open-keys.ts';
import {
  isRepositoryName,
  majority,
  repositoryNameForm,
  settingOptions,
  wishedConfig,
  type CompleteWishes,
  type Wishes,
} from './wishes.ts';

export interface Prepared {
  readonly ceremony: Ceremony;
  /** Forgets the private keys. */
  readonly close: () => Promise<void>;
}

/** Opens the keys and checks that all fits together. Nothing is written. */
export async function prepare(
  wishes: CompleteWishes,
  access: KeyAccess,
  now: Date,
  signing: SigningTime,
): Promise<Prepared> {
  const config = chosenConfig(wishes);
  const policy = chosenPolicy(wishes);
  const { rootKey: root, targetsKey: targets, onlineKey: online } = wishes;
  const keys = await openKeys({ root, targets, online }, access);
  const ceremony: Ceremony = {
    root: {
      keys: keys.root,
      threshold: wishes.rootThreshold ?? majority(keys.root.length),
      expiresDays: wishes.rootExpiresDays,
    },
    targets: {
      keys: keys.targets,
      threshold: wishes.targetsThreshold ?? 1,
      expiresDays: wishes.targetsExpiresDays,
    },
    online: keys.online,
    policy,
    config,
    ...(access.pkcs11Module === undefined ? {} : { pkcs11Module: access.pkcs11Module }),
    hasHook: wishes.hook,
    now,
  };
  try {
    checkCeremony(ceremony, signing);
  } catch (error) {
    await keys.close();
    throw error;
  }
  return { ceremony, close: keys.close };
}

export function chosenConfig(wishes: Wishes): Config {
  const parsed = configSchema.safeParse(wishedConfig(wishes, homeFormat));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const option = settingOptions[String(issue?.path[0])] ?? 'config.json';
  throw fault('usage.argument', option, issue?.message ?? 'does not fit');
}

/** A name by itself does not keep two repositories apart; with eight random digits it does. */
function chosenPolicy(wishes: CompleteWishes): Ceremony['policy'] {
  if (!isRepositoryName(wishes.repository)) {
    throw fault('usage.argument', '--repository', `it must be ${repositoryNameForm}`);
  }
  const repository = `${wishes.repository}-${randomBytes(4).toString('hex')}`;
  const wished = {
    ...defaultPolicy,
    repository,
    minThreshold: { ...defaultPolicy.minThreshold, root: wishes.minRootThreshold },
    allowedPaths: wishes.allowedPath ?? defaultPolicy.allowedPaths,
  };
  const read = readPolicy({ unrecognizedFields: { [policyField]: policyJson(wished) } });
  return { ...read, repository };
}
