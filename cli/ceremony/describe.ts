import { homePaths } from '../../core/home/layout.ts';
import { keyOwner, type PublicKey } from '../../core/metadata/keys.ts';
import { keyForJson } from '../keys/describe-key.ts';
import type { Ceremony, CeremonyRole } from './ceremony.ts';
import type { MadeHome } from './make-home.ts';

/** What was made, for a person: what to compare, where things are, what comes next. */
export function describeHome(home: string, ceremony: Ceremony, made: MadeHome): string {
  const { root, targets, online, policy } = ceremony;
  const paths = homePaths(home);
  return [
    `repository  ${policy.repository}`,
    `home        ${paths.home}`,
    `root        ${paths.pinnedRoot}`,
    `sha256      ${made.rootSha256}  (what downloaders compare before they trust)`,
    `commit      ${made.commit}`,
    '',
    ...roleLines('root', root),
    ...roleLines('targets', targets),
    'snapshot and timestamp: signed by the daemon',
    keyLine(online.key),
    '',
    'next:',
    `  tuf-on-git serve ${paths.home}`,
    `  tuf-on-git token add ${paths.home} alice`,
  ].join('\n');
}

/** The same for a program. */
export function homeForJson(home: string, ceremony: Ceremony, made: MadeHome) {
  const { root, targets, online, policy } = ceremony;
  const role = ({ keys, threshold }: CeremonyRole) => ({
    threshold,
    keys: keys.map(({ key }) => keyForJson(key)),
  });
  return {
    home,
    repository: policy.repository,
    ...made,
    pinnedRoot: homePaths(home).pinnedRoot,
    roles: { root: role(root), targets: role(targets), online: keyForJson(online.key) },
  };
}

function roleLines(name: string, { keys, threshold, expiresDays }: CeremonyRole): string[] {
  const who = `${threshold} of ${keys.length} sign`;
  return [
    `${name}: ${who}, expires in ${expiresDays} days`,
    ...keys.map(({ key }) => keyLine(key)),
  ];
}

function keyLine(key: PublicKey): string {
  return `  ${key.keyid}  ${key.scheme}  ${keyOwner(key.json) ?? ''}`.trimEnd();
}
