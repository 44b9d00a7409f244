import type { Parts } from '../parts.ts';
import { blobRoutes } from './blobs/blob-routes.ts';
import type { ApiRoute } from './route.ts';

/** The table of routes of the upload API: each room adds its own. */
export function apiRoutes(parts: Parts): readonly ApiRoute[] {
  return [...blobRoutes(parts)];
}
