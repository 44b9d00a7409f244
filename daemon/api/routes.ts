import type { Parts } from '../parts.ts';
import { blobRoutes } from './blobs/blob-routes.ts';
import { changeRoutes } from './changes/change-routes.ts';
import { serverSignedRoute } from './changes/server-signed-route.ts';
import { prepareRoute } from './changes/prepare-route.ts';
import type { Changes } from './changes/changes.ts';
import { GenerationHistory } from './generations/generation-history.ts';
import { generationRoutes } from './generations/generation-routes.ts';
import { eventRoutes } from './look-up/event-routes.ts';
import { healthRoute } from './look-up/health-route.ts';
import { lookUpRoutes } from './look-up/look-up-routes.ts';
import type { ApiRoute } from './route.ts';

/** The table of routes of the upload API: each room adds its own. */
export function apiRoutes(
  parts: Parts,
  changes: Changes,
  contentUrl: string,
  generations = new GenerationHistory(parts),
): readonly ApiRoute[] {
  const reading = parts.home.config.git.fetch;
  return [
    ...blobRoutes(parts),
    prepareRoute(parts),
    ...changeRoutes({ changes, clock: parts.clock, reading }),
    serverSignedRoute(parts, changes),
    ...lookUpRoutes({ ...parts, contentUrl }),
    ...eventRoutes(parts, reading),
    ...generationRoutes(generations, reading),
    healthRoute(parts, reading),
  ];
}
