/** `sign` in a workspace, with keys that are not at hand. */
import path from 'node:path';
import type { Cli } from '../terminal/cli.ts';
import type { OfflineOptions, SigningElsewhere } from '../terminal/offline-options.ts';
import { serverLines } from '../terminal/server-lines.ts';
import { freshEvent } from '../events/add-to-event.ts';
import { authorOf } from '../workspace/commit-drafts.ts';
import { openProject, type Project } from '../workspace/project.ts';
import { commitAndReport } from '../workspace/report-drafts.ts';
import { reportEvent } from '../events/report-event.ts';
import { givenToken, type TokenOptions } from '../workspace/token.ts';
import { addCarriedToDrafts, addCarriedToEvent, type FindSignatures } from './add-signatures.ts';
import { carriedDrafts, carriedEvent } from './export-change.ts';
import { givenSignatures } from './given-signature.ts';
import { payloadJson } from './payloads.ts';
import { readReturned, returnedDocuments, signaturesOver } from './returned-signatures.ts';
import { writeExport } from './write-export.ts';

interface SigningOptions extends OfflineOptions, TokenOptions {
  readonly json?: true;
}

/** @throws as `addToEvent`, `placeSignatures` and `writeExport` */
export async function signElsewhere(
  cli: Cli,
  event: string | undefined,
  way: SigningElsewhere,
  options: SigningOptions,
): Promise<void> {
  const project = await openProject(cli, await givenToken(options, cli.cwd, cli.out));
  const asJson = options.json === true;
  switch (way.kind) {
    case 'export':
      return exportChange({ cli, project, event, asJson }, way.folder);
    case 'import':
      return importSignatures({ cli, project, event, asJson }, way.folders);
    case 'attach': {
      const carried = givenSignatures(options);
      return addCarried({ cli, project, event, asJson }, () => carried);
    }
  }
}

/** What there is to sign, and how to tell of it. */
interface Signing {
  readonly cli: Cli;
  readonly project: Project;
  /** Undefined: the drafts of the workspace. */
  readonly event: string | undefined;
  readonly asJson: boolean;
}

async function exportChange({ cli, project, event, asJson }: Signing, named: string) {
  const carried =
    event === undefined
      ? await carriedDrafts(project)
      : await carriedEvent(await freshEvent(project, event));
  const { payloads } = await writeExport(carried, {
    folder: path.resolve(cli.cwd, named),
    pin: { kind: 'root', root: project.trusted },
    now: project.now,
    next: howToReturn(event),
  });
  if (asJson) cli.out.json({ folder: named, payloads: payloads.map(payloadJson) });
  for (const { file, sha256 } of asJson ? [] : payloads) {
    cli.out.result(`${named}/${file}  sha256 ${sha256}`);
  }
  cli.out.say(`next: carry ${named} to the key, and there: tuf-on-git sign --exported ${named}`);
}

function howToReturn(event: string | undefined): readonly string[] {
  const sign = event === undefined ? 'tuf-on-git sign' : `tuf-on-git sign ${event}`;
  return [
    'On a machine without a network, with the root that you know:',
    '  tuf-on-git sign --exported FOLDER --root root.json --key file:alice.json',
    'and back in the workspace:',
    `  ${sign} --import FOLDER`,
    'With any other tool: sign the file, and in the workspace',
    `  ${sign} --attach KEYID=SIGNATURE`,
  ];
}

async function importSignatures(signing: Signing, folders: readonly string[]): Promise<void> {
  const { cli, event } = signing;
  const carried = await readReturned(folders, cli.cwd);
  const returned = carried.flatMap(returnedDocuments);
  const warn = (text: string) => {
    cli.out.warn(text);
  };
  const find: FindSignatures = (drafts) => signaturesOver(drafts, returned, warn);
  await addCarried({ ...signing, event: event ?? carried[0]?.event }, find);
}

async function addCarried({ cli, project, event, asJson }: Signing, find: FindSignatures) {
  if (event === undefined) {
    const [owner] = await addCarriedToDrafts(project, find);
    await commitAndReport(cli, project, owner, asJson);
    return;
  }
  const signed = await addCarriedToEvent(project, find, {
    ...serverLines(cli.out),
    event,
    authorOf: (owner) => authorOf(cli.env, owner),
  });
  reportEvent(cli.out, signed, asJson);
}
