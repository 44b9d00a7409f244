import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { apiSuite } from '../../kit/api.ts';
import { readApiDocument } from '../../kit/api-document.ts';

describe('docs/api.md', () => {
  const open = apiSuite();

  it('lists every route, and whom it is for', async () => {
    const { daemon } = await open();
    const { operations } = await readApiDocument(daemon.console);
    const served = operations.map(({ method, path: route, scopes }) => {
      const who = scopes === 'open' ? ['anybody'] : scopes.map((scope) => `\`${scope}\``);
      return `\`${method} ${route}\` ${who.join(', ')}`;
    });
    const file = path.resolve(import.meta.dirname, '../../../docs/api.md');
    const rows = (await readFile(file, 'utf8')).matchAll(/^\| (`[A-Z]+ [^|]+`) +\| ([^|]+?) +\|/gm);
    const listed = Array.from(rows, ([, route = '', who = '']) => `${route} ${who}`);
    assert.deepEqual(listed.toSorted(), served.toSorted());
  });
});
