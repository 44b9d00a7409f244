/** What must hold between the parts of a ceremony, checked before anything is on disk. */
import { fault } from '../../core/error/error.ts';
import { counted } from '../terminal/counted.ts';
import type { Ceremony, CeremonyKey, CeremonyRole } from './ceremony.ts';

/** Whether all that must sign do so at once, or in other places and later. */
export type SigningTime = 'now' | 'later';

/**
 * @throws `usage.argument` for thresholds and lives that do not fit, `key.same-key` for a key that
 *   is given twice, `key.shared-online` for an online key that is a person's too
 */
export function checkCeremony(ceremony: Ceremony, signing: SigningTime): void {
  const { root, targets, policy } = ceremony;
  for (const [name, role] of [
    ['root', root],
    ['targets', targets],
  ] as const) {
    checkRole(name, role, policy.maxLifeDays[name]);
    if (signing === 'now') requireSigners(name, role);
  }
  if (policy.minThreshold.root > root.threshold) {
    throw fault(
      'usage.argument',
      '--root-threshold',
      `${root.threshold} is below the smallest root threshold of the policy, ${policy.minThreshold.root}`,
      { hint: `raise it, or sign a weaker policy with --min-root-threshold ${root.threshold}` },
    );
  }
  checkOnlineKey(ceremony);
}

function checkRole(name: 'root' | 'targets', role: CeremonyRole, maxDays: number): void {
  refuseSameKeys(name, role.keys);
  const { keys, threshold, expiresDays } = role;
  if (threshold > keys.length) {
    throw fault(
      'usage.argument',
      `--${name}-threshold`,
      `${counted(keys.length, 'key')} can never give ${threshold} signatures`,
      {
        hint: `lower it, or give more --${name}-key`,
      },
    );
  }
  if (expiresDays > maxDays) {
    throw fault(
      'usage.argument',
      `--${name}-expires-days`,
      `${expiresDays} days are more than the policy allows, ${maxDays}`,
    );
  }
}

function requireSigners(name: 'root' | 'targets', { keys, threshold }: CeremonyRole): void {
  const signing = keys.filter(({ signer }) => signer !== undefined).length;
  if (signing >= threshold) return;
  const message = `${threshold} must sign ${name} now, and ${signing} of its keys can`;
  throw fault('usage.argument', `--${name}-key`, message, {
    hint: 'give their private keys (file:… or pkcs11:…), or let them sign elsewhere: --export DIR',
  });
}

function refuseSameKeys(role: 'root' | 'targets', keys: readonly CeremonyKey[]): void {
  const names = new Map<string, string>();
  for (const { name, key } of keys) {
    const other = names.get(key.fingerprint);
    if (other !== undefined) {
      throw fault('key.same-key', `--${role}-key`, `${other} and ${name} are one key`, {
        hint: 'a threshold counts people: give each key once',
      });
    }
    names.set(key.fingerprint, name);
  }
}

function checkOnlineKey({ root, targets, online }: Ceremony): void {
  const shared = [...root.keys, ...targets.keys].find(
    ({ key }) => key.fingerprint === online.key.fingerprint,
  );
  if (shared === undefined) return;
  throw fault('key.shared-online', '--online-key', `${shared.name} is the same key`, {
    hint: 'the online key serves snapshot and timestamp and nothing else: make one of its own',
  });
}
