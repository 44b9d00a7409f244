import { randomBytes } from 'node:crypto';
import type { Handle, KeyPair, Template } from 'pkcs11js';
import { fault } from '../../error/error.ts';
import type { PublicKey, SigningScheme } from '../../metadata/keys.ts';
import { keyName, type TokenKeyUri } from '../key-uri.ts';
import { checkedRsaBits } from '../private-key.ts';
import type { Secret } from '../secret.ts';
import { returnValue, tokenFault } from './errors.ts';
import { login } from './login.ts';
import { useModule, type Pkcs11Module } from './module.ts';
import { attribute, findObjects, isTrue } from './objects.ts';
import { curves, edwards, readPublicKey } from './public-key.ts';
import { findToken } from './token.ts';

/**
 * Makes a key pair inside a token: the private key is sensitive, private, and cannot be extracted.
 * @throws `signer.key-exists` when the label or id is taken, `signer.unsupported` when the token
 *   makes no such keys, and what opening a key throws
 */
export async function generateTokenKey(
  uri: TokenKeyUri,
  moduleFile: string,
  pin: Secret,
  scheme: SigningScheme,
  bits?: number,
): Promise<PublicKey> {
  const recipes = keyRecipes(scheme, bits);
  const module = await useModule(moduleFile);
  try {
    return await module.exclusive(() => {
      const token = findToken(module, uri);
      return module.withSession(token.slot, 'write', async (session) => {
        await login(module, token, session, pin);
        refuseTaken(module, session, uri);
        const pair = generate(module, session, uri, recipes);
        return checkedPublicKey(module, session, uri, pair);
      });
    });
  } catch (error) {
    throw tokenFault(error, keyName(uri));
  } finally {
    module.release();
  }
}

/** One way to ask a token for a kind of key; older tokens know Ed25519 by the name of its curve. */
interface KeyRecipe {
  mechanism(module: Pkcs11Module): number;
  parameters(module: Pkcs11Module): Template;
}

function keyRecipes(scheme: SigningScheme, bits: number | undefined): readonly KeyRecipe[] {
  const onCurve = (params: Buffer, mechanism: KeyRecipe['mechanism']): KeyRecipe => ({
    mechanism,
    parameters: ({ constants }) => [{ type: constants.CKA_EC_PARAMS, value: params }],
  });
  switch (scheme) {
    case 'ecdsa-sha2-nistp256':
      return [onCurve(curves.p256, ({ constants }) => constants.CKM_EC_KEY_PAIR_GEN)];
    case 'ed25519':
      return [
        onCurve(curves.ed25519, () => edwards.generate),
        onCurve(curves.ed25519ByName, () => edwards.generate),
      ];
    case 'rsassa-pss-sha256':
      return [rsaRecipe(checkedRsaBits(bits))];
  }
}

function rsaRecipe(bits: number): KeyRecipe {
  return {
    mechanism: ({ constants }) => constants.CKM_RSA_PKCS_KEY_PAIR_GEN,
    parameters: ({ constants }) => [
      { type: constants.CKA_MODULUS_BITS, value: bits },
      { type: constants.CKA_PUBLIC_EXPONENT, value: Buffer.of(1, 0, 1) },
    ],
  };
}

function refuseTaken(module: Pkcs11Module, session: Handle, { object, id, ...uri }: TokenKeyUri) {
  const { constants } = module;
  if (object === undefined) {
    throw fault('signer.uri', keyName({ ...uri }), 'a new key needs a label: object=LABEL');
  }
  const names: Template = [{ type: constants.CKA_LABEL, value: Buffer.from(object) }];
  if (id !== undefined) names.push({ type: constants.CKA_ID, value: Buffer.from(id, 'hex') });
  for (const name of names) {
    for (const value of [constants.CKO_PRIVATE_KEY, constants.CKO_PUBLIC_KEY]) {
      const found = findObjects(module, session, [{ type: constants.CKA_CLASS, value }, name]);
      if (found.length === 0) continue;
      throw fault('signer.key-exists', keyName({ ...uri, object }), 'the name is taken', {
        hint: 'choose another object=LABEL; keys are never overwritten',
      });
    }
  }
}

function generate(
  module: Pkcs11Module,
  session: Handle,
  { object = '', id }: TokenKeyUri,
  recipes: readonly KeyRecipe[],
): KeyPair {
  const { constants: c, lib } = module;
  const names: Template = [
    { type: c.CKA_LABEL, value: Buffer.from(object) },
    { type: c.CKA_ID, value: id === undefined ? randomBytes(16) : Buffer.from(id, 'hex') },
    { type: c.CKA_TOKEN, value: true },
  ];
  const privateTemplate: Template = [
    ...names,
    { type: c.CKA_PRIVATE, value: true },
    { type: c.CKA_SENSITIVE, value: true },
    { type: c.CKA_EXTRACTABLE, value: false },
    { type: c.CKA_SIGN, value: true },
  ];
  return firstThatWorks(recipes, (recipe) =>
    lib.C_GenerateKeyPair(
      session,
      { mechanism: recipe.mechanism(module) },
      [
        ...names,
        { type: c.CKA_PRIVATE, value: false },
        { type: c.CKA_VERIFY, value: true },
        ...recipe.parameters(module),
      ],
      privateTemplate,
    ),
  );
}

function firstThatWorks<T, R>(recipes: readonly T[], attempt: (recipe: T) => R): R {
  const [recipe, ...others] = recipes;
  if (recipe === undefined) throw new RangeError('no recipe');
  try {
    return attempt(recipe);
  } catch (error) {
    if (others.length === 0 || returnValue(error) === undefined) throw error;
    return firstThatWorks(others, attempt);
  }
}

/** A pair that is not what was asked for is destroyed again. */
function checkedPublicKey(
  module: Pkcs11Module,
  session: Handle,
  uri: TokenKeyUri,
  { privateKey, publicKey }: KeyPair,
): PublicKey {
  const { CKA_SENSITIVE, CKA_EXTRACTABLE, CKA_LOCAL } = module.constants;
  const is = (type: number) => isTrue(attribute(module, session, privateKey, type));
  const key = readPublicKey(module, session, publicKey, keyName(uri));
  if (key !== undefined && is(CKA_SENSITIVE) && !is(CKA_EXTRACTABLE) && is(CKA_LOCAL)) return key;
  module.lib.C_DestroyObject(session, privateKey);
  module.lib.C_DestroyObject(session, publicKey);
  throw fault('signer.unsupported', keyName(uri), 'the token does not keep new keys to itself');
}
