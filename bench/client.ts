/**
 * What the client costs, in whole processes, beside tuf-js and python-tuf on the same served
 * repository, and beside curl. Every program starts from a trusted root and nothing else, or from
 * what its own last run left; they take turns, so that what else the machine does meets all.
 */
import { compareGibibyte } from './client/gibibyte.ts';
import { compareLookUp } from './client/look-up.ts';
import { compareManyKeys } from './client/many-keys.ts';
import { compareSmall } from './client/small.ts';

await compareSmall();
await compareLookUp();
await compareManyKeys();
await compareGibibyte();
