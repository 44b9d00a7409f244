/** Signatures out of folders that came back: those over what is to be signed now, and no others. */
import path from 'node:path';
import { fault } from '../../core/error/error.ts';
import { parseDocument, type Document } from '../../core/metadata/document.ts';
import { payloadRole } from '../../core/rules/state.ts';
import type { Draft } from '../workspace/drafts.ts';
import { readCarried, type Carried } from './carried-folder.ts';
import type { CarriedSignature } from './place-signatures.ts';

/** A role as it came back. */
interface Returned {
  readonly role: string;
  readonly document: Document;
}

/** What a folder holds of the roles that its change is about. @throws `json.*` */
export function returnedDocuments({ before, after }: Carried): readonly Returned[] {
  return [...after].flatMap(([file, bytes]) => {
    const role = payloadRole(file);
    const was = before.get(file);
    if (role === undefined || (was !== undefined && Buffer.from(was).equals(bytes))) return [];
    return [{ role, document: parseDocument(role === 'root' ? 'root' : 'targets', bytes, file) }];
  });
}

/**
 * Their signatures over what the drafts say.
 * @param onOther told of a role that says something else by now
 * @throws `signature.invalid` when all of them do
 */
export function signaturesOver(
  drafts: readonly Draft[],
  returned: readonly Returned[],
  onOther: (text: string) => void,
): readonly CarriedSignature[] {
  const isOver = ({ document: { signedBytes } }: Returned) =>
    drafts.some(({ after }) => Buffer.from(after.signedBytes).equals(signedBytes));
  const others = returned.filter((one) => !isOver(one)).map(named);
  if (others.length === returned.length) {
    const message = `what was signed is no longer what is to be signed: ${others.join(', ')}`;
    throw fault('signature.invalid', '--import', message, { hint: 'export it again' });
  }
  for (const other of others) onOther(`${other} is another by now: its signatures are left out`);
  return returned
    .filter(isOver)
    .flatMap(({ role, document }) =>
      document.signatures.map(({ keyid, sig }) => ({ role, keyid, sig })),
    );
}

/** @throws `usage.argument` when they are not all for one event */
export async function readReturned(
  folders: readonly string[],
  cwd: string,
): Promise<readonly Carried[]> {
  const found = await Promise.all(folders.map((folder) => readCarried(path.resolve(cwd, folder))));
  const events = new Set(found.map(({ event }) => event));
  if (events.size <= 1) return found;
  throw fault('usage.argument', '--import', 'the folders are for several signing events');
}

function named({ role, document }: Returned): string {
  return `${role} version ${document.signed.version}`;
}
