import { z } from 'zod';
import { ask, type ServerApi } from './api.ts';

const statusSchema = z.object({ contentUrl: z.url().optional() });

/**
 * Where clients of this server read, as it says itself; undefined where it says nothing. What is read
 * there is verified, so that a lie is a nuisance and no more.
 * @throws `repository.unreachable`
 */
export async function contentUrlOf(server: ServerApi): Promise<string | undefined> {
  const { status, text } = await ask(server, 'GET', '/status');
  return status === 200 ? statusSchema.safeParse(JSON.parse(text)).data?.contentUrl : undefined;
}
