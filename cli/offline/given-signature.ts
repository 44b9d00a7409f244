import { fault } from '../../core/error/error.ts';
import type { OfflineOptions } from '../terminal/offline-options.ts';
import type { CarriedSignature } from './place-signatures.ts';

/** What `--attach` gives, in the form that it has to have. @throws `usage.argument` */
export function givenSignatures({
  attach = [],
  role,
}: OfflineOptions): readonly CarriedSignature[] {
  return attach.map((text) => {
    const [, keyid, sig] = /^([0-9a-f]{8,64})=([0-9a-fA-F]+)$/.exec(text) ?? [];
    if (keyid !== undefined && sig !== undefined) {
      return { keyid, sig, ...(role === undefined ? {} : { role }) };
    }
    throw fault('usage.argument', '--attach', 'it is KEYID=SIGNATURE, both in hex', {
      hint: 'of the keyid eight digits or more; key show prints it',
    });
  });
}
