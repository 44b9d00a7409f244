/** How what was changed is signed: rightly in half of all cases, so that the deeper rules are reached. */
import { canonicalBytes, type RoleSignature } from '../../../../core/metadata/document.ts';
import { roleFile } from '../../../../core/rules/state.ts';
import type { Choices } from '../choices.ts';
import { signedIn, type SealOptions, type State } from '../draft.ts';
import { people, signatureOf } from '../key-ring.ts';

type Sign = NonNullable<SealOptions['sign']>;
type Signatures = readonly RoleSignature[];

interface Signing {
  readonly words: string;
  readonly sign?: Sign;
}

export function randomSigning(before: State, choices: Choices): Signing {
  if (!choices.oneIn(3)) return { words: 'signed rightly' };
  const [words, change] = choices.of(waysToSign);
  return { words, sign: (role, rightly) => change(rightly, { role, before, choices }) };
}

interface Place {
  readonly role: string;
  readonly before: State;
  readonly choices: Choices;
}

const waysToSign: readonly (readonly [string, (all: Signatures, place: Place) => Signatures])[] = [
  ['signatures in reverse', (all) => all.toReversed()],
  ['not signed', () => []],
  ['one signature fewer', (all) => all.slice(1)],
  ['the first signature twice', (all) => [...all.slice(0, 1), ...all]],
  [
    'the signatures of the version before',
    (all, { role, before }) => oldSignatures(role, before) ?? all,
  ],
  ['signed by a stranger', (_, place) => [strangers(place)]],
  ['signed by a stranger too', (all, place) => [...all, strangers(place)]],
  ['a signature that is empty', (all) => changeFirst(all, () => '')],
  ['a signature in capitals', (all) => changeFirst(all, (sig) => sig.toUpperCase())],
  ['a signature with a byte more', (all) => changeFirst(all, (sig) => `${sig}00`)],
  [
    'a signature with another digit',
    (all, { choices }) => changeFirst(all, (sig) => flipped(sig, choices)),
  ],
  ['signatures with each other’s keyids', (all) => rotated(all)],
];

function oldSignatures(role: string, { tree }: State): Signatures | undefined {
  const bytes = tree.get(roleFile(role));
  if (bytes === undefined) return undefined;
  return (JSON.parse(Buffer.from(bytes).toString()) as { signatures: Signatures }).signatures;
}

/** Over what the role said before: valid, but for something else, in most cases by the wrong key. */
function strangers({ role, before, choices }: Place): RoleSignature {
  return signatureOf(choices.of(people), canonicalBytes(signedIn(before.tree, role) ?? {}, role));
}

function changeFirst(all: Signatures, change: (sig: string) => string): Signatures {
  return all.map(({ keyid, sig }, index) => ({ keyid, sig: index === 0 ? change(sig) : sig }));
}

function flipped(sig: string, choices: Choices): string {
  const at = choices.below(sig.length);
  return `${sig.slice(0, at)}${sig[at] === '0' ? '1' : '0'}${sig.slice(at + 1)}`;
}

function rotated(all: Signatures): Signatures {
  return all.map(({ keyid }, index) => ({ keyid, sig: all[(index + 1) % all.length]?.sig ?? '' }));
}
