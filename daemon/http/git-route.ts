import { moreInQuery, notAllowed, notFound, notSpoken, type Refusal } from './git-refusal.ts';

/** What may be asked of the repository over HTTP, and nothing else: git's smart protocol. */
export interface GitRoute {
  /** A constant of ours: nothing of a URL ever names a file. */
  readonly pathInfo: '/info/refs' | '/git-upload-pack' | '/git-receive-pack';
  readonly method: 'GET' | 'POST';
  readonly service: 'fetch' | 'push';
}

interface Asked {
  readonly method: string;
  /** As it stands in the request, nothing decoded: what is encoded is none of these paths. */
  readonly path: string;
  readonly query: string;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
}

/** The route of a request below the repository's path, or why there is none. */
export function gitRoute(asked: Asked): GitRoute | Refusal {
  if (asked.path === '/info/refs') return advertisement(asked);
  if (asked.path === '/git-upload-pack') return exchange(asked, '/git-upload-pack', 'fetch');
  if (asked.path === '/git-receive-pack') return exchange(asked, '/git-receive-pack', 'push');
  return notFound;
}

function advertisement({ method, query }: Asked): GitRoute | Refusal {
  if (method !== 'GET') return notAllowed('GET');
  if (query === 'service=git-upload-pack') {
    return { pathInfo: '/info/refs', method, service: 'fetch' };
  }
  if (query === 'service=git-receive-pack') {
    return { pathInfo: '/info/refs', method, service: 'push' };
  }
  return query.startsWith('service=git-') ? moreInQuery : notFound;
}

function exchange(
  asked: Asked,
  pathInfo: '/git-upload-pack' | '/git-receive-pack',
  service: 'fetch' | 'push',
): GitRoute | Refusal {
  if (asked.method !== 'POST') return notAllowed('POST');
  if (asked.query !== '') return moreInQuery;
  if (asked.contentType !== `application/x-${pathInfo.slice(1)}-request`) {
    return notSpoken('this is spoken by git only');
  }
  if (!['gzip', 'x-gzip', 'identity', undefined].includes(asked.contentEncoding)) {
    return notSpoken('requests are plain or gzip');
  }
  return { pathInfo, method: 'POST', service };
}
