/** docs/rules.md out of the catalogue of rules: `npm run docs:rules` writes it, a test compares it. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RuleCode } from '../core/error/codes.ts';
import { defaultPolicy, type Policy } from '../core/metadata/policy.ts';
import { catalogue } from '../core/rules/catalogue/catalogue.ts';
import type { CatalogueEntry } from '../core/rules/catalogue/entry.ts';

export const rulesFile = path.resolve(import.meta.dirname, '../docs/rules.md');

const families: Readonly<Record<string, string>> = {
  git: 'Git: refs, history, trees',
  json: 'Bytes',
  role: 'Every role',
  root: 'Root',
  signature: 'Signatures',
  key: 'Keys',
  name: 'Names of roles',
  path: 'Target paths',
  delegation: 'Delegations',
  target: 'Targets',
  size: 'Sizes that clients enforce',
  event: 'Signing events',
  'online-role': 'Roles that the server signs',
  policy: 'The policy in root',
};

const policyFields: Readonly<Record<keyof Policy, string>> = {
  repository: 'name of the repository, which every role must then repeat',
  clients: 'clients that must be able to use every key and delegation',
  profile: 'characters of target paths: `packages`, `strict` or `files`',
  land: 'when a signing event becomes part of `main`: `threshold`, `all` or `{"graceHours": 24}`',
  minThreshold: 'smallest thresholds of root and targets',
  maxLifeDays: 'longest life of a new version, in days from its receipt',
  allowedPaths: 'files that may exist outside `metadata/` and `targets/`',
  minLifeHours: 'shortest life of a new version, in hours from its receipt',
  maxDepth: 'levels of delegation below targets',
  maxPush: 'commits in one push; files, and bytes of metadata, that one of them changes',
  maxTargetBytes: 'length of one target file',
  maxSnapshotBytes: 'length of the next snapshot',
  events: 'signing events: how many may be open, commits in one, days that one may live',
};

export function rulesPage(): string {
  const entries = Object.entries(catalogue) as [RuleCode, CatalogueEntry][];
  const sections = Object.entries(families).map(([family, title]) =>
    section(
      title,
      entries.filter(([code]) => code.startsWith(`${family}.`)),
    ),
  );
  return [introduction(entries), ...sections, ''].join('\n');
}

function introduction(entries: readonly [RuleCode, CatalogueEntry][]): string {
  return `# Rules

What the hook refuses, the daemon refuses again and the client never believes. The promise behind them:
no push that is accepted can break or endanger a conforming TUF client, from any earlier published
state, whichever implementation it uses.

A refused push prints one line for each fault, with its code:

    tuf-on-git: refused [root.version-not-next] metadata/root.json: version 5 follows 3; make it 4

There are ${entries.length} codes. This page is made from \`core/rules/catalogue/\` by \`npm run docs:rules\`.

What changes a verdict is signed: the object \`x-tuf-on-git-policy\` in the signed part of root. It may
hold these fields and no others; what is left out has its default.

${policyTable()}
`;
}

function policyTable(): string {
  const rows = Object.entries(policyFields).map(([field, says]) => {
    const byDefault = defaultPolicy[field as keyof Policy];
    const shown = byDefault === undefined ? 'none' : `\`${JSON.stringify(byDefault)}\``;
    return `| \`${field}\` | ${says} | ${shown} |`;
  });
  return ['| field | says | default |', '| --- | --- | --- |', ...rows].join('\n');
}

function section(title: string, entries: readonly [RuleCode, CatalogueEntry][]): string {
  return `## ${title}\n\n${entries.map(([code, entry]) => item(code, entry)).join('\n')}`;
}

function item(code: RuleCode, { says, example, wayOut }: CatalogueEntry): string {
  return `### \`${code}\`\n\n${says} Bad: ${example}. Way out: ${wayOut}.\n`;
}

if (process.argv[1] === import.meta.filename) writeFileSync(rulesFile, rulesPage());
