import { payloadJson, payloadOf, readme, type Payload } from './payloads.ts';
import { writeCarried, type Carried } from './carried-folder.ts';
import { verifyCarried, type CarriedChange } from './verify-carried.ts';
import type { RootPin } from '../workspace/pin-root.ts';

export interface ExportOrder {
  /** To be made, absolute. */
  readonly folder: string;
  readonly pin: RootPin;
  readonly now: Date;
  /** What to do with a signature, for the end of `README.txt`. */
  readonly next: readonly string[];
}

export interface Exported {
  readonly change: CarriedChange;
  readonly payloads: readonly Payload[];
}

/**
 * Writes what is to be signed, once it holds for whoever will read it.
 * @throws as `verifyCarried` and `writeCarried`
 */
export async function writeExport(
  carried: Carried,
  { folder, pin, now, next }: ExportOrder,
): Promise<Exported> {
  const change = await verifyCarried(carried, pin, now);
  const payloads = change.drafts.map(payloadOf);
  const extras = new Map(payloads.map(({ file, bytes }) => [file, bytes]));
  extras.set('README.txt', Buffer.from(readme(change.words([]), payloads, next)));
  await writeCarried(folder, carried, { payloads: payloads.map(payloadJson) }, extras);
  return { change, payloads };
}
