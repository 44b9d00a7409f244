import type { MakeForeignClient } from './foreign-client.ts';
import { makePythonTufClient } from './python-tuf-client.ts';
import { makeTufJsClient } from './tuf-js-client.ts';

/** The clients that repositories are held against here, by name. */
export const foreignClients: Readonly<Record<string, MakeForeignClient>> = {
  'python-tuf': makePythonTufClient,
  'tuf-js': makeTufJsClient,
};
