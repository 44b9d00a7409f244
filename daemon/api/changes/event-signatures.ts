import { z } from 'zod';
import { fault } from '../../../core/error/error.ts';
import { maxRoleBytes } from '../../../core/gate/state.ts';
import type { BareRepository } from '../../../core/git/binary/bare-repository.ts';
import type { ObjectId } from '../../../core/git/object-id.ts';
import { formatDocument, parseDocument } from '../../../core/metadata/document.ts';
import { eventOf, eventRefs } from '../../../core/rules/ref-rules.ts';
import { roleFile } from '../../../core/rules/state.ts';
import { Refusal } from '../problems.ts';
import type { WantedChange } from './change-body.ts';
import type { SentChange } from './make-commit.ts';

export const signaturesBody = z.strictObject({
  signatures: z
    .array(
      z.strictObject({
        role: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,99}$/, 'must be the name of a role'),
        keyid: z.string().regex(/^[0-9a-f]{64}$/, 'must be a keyid'),
        sig: z.string().regex(/^([0-9a-f]{2})+$/, 'must be a signature in hex'),
      }),
    )
    .min(1)
    .max(64),
});

type Signatures = z.infer<typeof signaturesBody>['signatures'];

/** The change that puts signatures to what the event holds when it is its turn: none gets lost. */
export function addSignatures(
  name: string,
  { signatures }: z.infer<typeof signaturesBody>,
): { readonly ref: string; readonly make: SentChange['wanted'] } {
  const ref = `${eventRefs}${name}`;
  if (eventOf(ref) === undefined) throw noEvent(name);
  return { ref, make: (git, tip) => signed(git, tip, { name, ref, signatures }) };
}

interface Wanted {
  readonly name: string;
  readonly ref: string;
  readonly signatures: Signatures;
}

async function signed(
  git: BareRepository,
  tip: ObjectId,
  { name, ref, signatures }: Wanted,
): Promise<WantedChange> {
  if ((await git.resolveRef(ref)) === undefined) throw noEvent(name);
  const metadata = new Map<string, Buffer>();
  for (const role of new Set(signatures.map((each) => each.role))) {
    const own = signatures.filter((each) => each.role === role);
    metadata.set(role, await withSignatures(git, tip, role, own));
  }
  const roles = [...metadata.keys()].join(', ');
  return { ref, base: tip, message: `sign ${roles}`, metadata, targets: new Map() };
}

async function withSignatures(
  git: BareRepository,
  tip: ObjectId,
  role: string,
  added: Signatures,
): Promise<Buffer> {
  const file = roleFile(role);
  const there = await git.find(tip, file);
  if (there === undefined) {
    throw new Refusal(422, [fault('role.missing', file, 'the event has no such role')]);
  }
  const type = role === 'root' ? 'root' : 'targets';
  const document = parseDocument(type, await git.blob(there.oid, maxRoleBytes, file), file);
  const taken = new Set(document.signatures.map(({ keyid }) => keyid));
  const fresh = added.filter(({ keyid }) => !taken.has(keyid));
  const all = [...document.signatures, ...fresh.map(({ keyid, sig }) => ({ keyid, sig }))];
  if (fresh.length === 0) {
    throw new Refusal(422, [fault('event.adds-nothing', file, 'these keys have signed it')]);
  }
  return Buffer.from(formatDocument(document.signedJson, all));
}

function noEvent(name: string): Refusal {
  return new Refusal(404, [fault('change.not-found', `event ${name}`, 'no such event is open')]);
}
