import { createToken, softHsmAvailable, type TestToken } from '../../test/kit/softhsm.ts';

/** A throw-away token for the online key of one repository; undefined where SoftHSM is not installed. */
export async function withOnlineToken<T>(
  use: (token: TestToken | undefined) => Promise<T>,
): Promise<T> {
  if (!softHsmAvailable()) return use(undefined);
  const token = createToken();
  token.use();
  try {
    return await use(token);
  } finally {
    token.dispose();
  }
}
