/** `sign` with keys that are not at hand. */
import { fault } from '../../core/error/error.ts';
import type { Cli } from '../terminal/cli.ts';
import type { OfflineOptions } from '../terminal/offline-options.ts';
import { serverLines } from '../terminal/server-lines.ts';
import type { TokenOptions } from '../workspace/token.ts';
import { authorOf } from '../workspace/commit-drafts.ts';
import { openProject } from '../workspace/project.ts';
import { commitAndReport } from '../workspace/report-drafts.ts';
import { reportEvent } from '../workspace/report-event.ts';
import { givenToken } from '../workspace/token.ts';
import { addCarriedToDrafts, addCarriedToEvent } from './add-signatures.ts';
import type { CarriedSignature } from './place-signatures.ts';

interface AttachOptions extends OfflineOptions, TokenOptions {
  readonly json?: true;
}

/** `sign [EVENT] --attach KEYID=SIGNATURE`: each is checked before it is added. */
export async function attach(
  cli: Cli,
  event: string | undefined,
  options: AttachOptions,
): Promise<void> {
  const carried = (options.attach ?? []).map((text) => carriedOf(text, options.role));
  await addCarried(cli, event, carried, options);
}

async function addCarried(
  cli: Cli,
  event: string | undefined,
  carried: readonly CarriedSignature[],
  options: AttachOptions,
): Promise<void> {
  const project = await openProject(cli, await givenToken(options, cli.cwd, cli.out));
  if (event === undefined) {
    const [owner] = await addCarriedToDrafts(project, carried);
    await commitAndReport(cli, project, owner, options.json === true);
    return;
  }
  const signed = await addCarriedToEvent(project, carried, {
    ...serverLines(cli.out),
    event,
    authorOf: (owner) => authorOf(cli.env, owner),
  });
  reportEvent(cli.out, signed, options.json === true);
}

function carriedOf(text: string, role: string | undefined): CarriedSignature {
  const [, keyid, sig] = /^([0-9a-f]{8,64})=([0-9a-fA-F]+)$/.exec(text) ?? [];
  if (keyid !== undefined && sig !== undefined) {
    return { keyid, sig, ...(role === undefined ? {} : { role }) };
  }
  throw fault('usage.argument', '--attach', 'it is KEYID=SIGNATURE, both in hex', {
    hint: 'of the keyid eight digits or more; key show prints it',
  });
}
