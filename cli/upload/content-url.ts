import { z } from 'zod';
import { fault } from '../../core/error/error.ts';

const statusSchema = z.object({ contentUrl: z.url().optional() });

/**
 * Where clients of this server read, as it says itself; undefined where it says nothing, or is no
 * server but a folder. What is read there is verified, so that a lie could only be a nuisance.
 * @param api base URL of the server's API
 * @throws `repository.unreachable`
 */
export async function contentUrlOf(api: string): Promise<string | undefined> {
  let response: Response;
  try {
    response = await fetch(`${api}/status`);
  } catch (cause) {
    throw fault('repository.unreachable', api, 'no connection', { cause });
  }
  if (!response.ok) return undefined;
  return statusSchema.safeParse(await response.json()).data?.contentUrl;
}

/** Base URL of the API beside a repository that is served over HTTP; undefined for any other. */
export function apiUrl(repositoryUrl: string): string | undefined {
  const base = /^(https?:\/\/.+)\/repository\.git\/?$/.exec(repositoryUrl)?.[1];
  return base === undefined ? undefined : `${base}/api/v1`;
}
