/**
 * How fast clients are answered: by the daemon's content listener, beside nginx with one worker and the
 * shipped configuration on the same folder; and while a large generation is being made, beside idle.
 */
import { beside } from './serve/beside-nginx.ts';
import { whilePublishing } from './serve/while-publishing.ts';

await beside();
await whilePublishing();
