/**
 * What the publisher takes: from a push to clients seeing it, in a small and in a large repository
 * (16,384 roles, a million targets), of bursts, of memory, and of a start.
 */
import { measureBursts } from './publish/bursts.ts';
import { measureLarge } from './publish/large.ts';
import { measureOnePush } from './publish/push-to-visible.ts';

await measureOnePush();
await measureBursts();
await measureLarge();
