import { z } from 'zod';
import type { KeyJson } from '../metadata/keys.ts';

/** The metadata form of a public key, as our files carry it; extra fields are `x-…` and text. */
export const keyJsonSchema: z.ZodType<KeyJson> = z
  .object({
    keytype: z.string(),
    scheme: z.string(),
    keyval: z.strictObject({ public: z.string().max(4096) }),
  })
  .catchall(z.string().max(256))
  .refine(
    (key) => Object.keys(key).every((name) => /^(keytype|scheme|keyval|x-[a-z0-9-]+)$/.test(name)),
    'an unknown field',
  );
