import { definitions, paragraph } from './layout.ts';

export const uris: Readonly<Record<string, string>> = {
  'file:alice.json': 'An encrypted file, as key generate makes it; its public half is alice.pub.',
  'pkcs11:token=tuf;object=online':
    'A key inside a PKCS#11 token (RFC 7512), by the labels of both. A token has a serial= too, and a key an id=%01.',
  'file:alice.json?pin-source=file:alice.pass':
    'Its passphrase is the one line of a file of mode 0600. Tokens have a PIN in the same way.',
  'pkcs11:token=tuf;object=online?pin-source=fd:3': 'The PIN comes from a descriptor that is open.',
};

const types = {
  ed25519: 'For keys in files, unless --type says otherwise.',
  ecdsa: 'NIST P-256: for keys in tokens, unless --type says otherwise.',
  rsa: 'RSA-PSS with SHA-256.',
};

export function text(): string {
  return [
    'A private key is named by a URI:',
    definitions(uris),
    paragraph(
      'Without a pin-source, the secret is asked for on a terminal. It is never taken from an argument or a variable. In a workspace, keys in tokens need no name, and the beginning of a keyid names one of several: --key 3fa94c.',
    ),
    'Types:',
    definitions(types),
    paragraph(
      'The library of a token is a setting, never part of a URI: --pkcs11-module, or TUF_ON_GIT_PKCS11_MODULE.',
    ),
  ].join('\n\n');
}
