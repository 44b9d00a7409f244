import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { getBaseline, listBaseline } from '../../client/baseline.ts';
import { serveContent, type ContentServer } from '../kit/content-server.ts';
import { rejectsWithFault } from '../kit/faults.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';

describe('baseline client', () => {
  const folder = temporaryFolder();
  const files = new Map<string, Uint8Array>();
  let server: ContentServer;

  beforeEach(async () => {
    files.clear();
    index({
      tool: { '1.9.0': 'tool-1.9.0.tgz', '1.10.0': 'tool-1.10.0.tgz' },
      doc: { '1': 'doc' },
    });
    for (const name of ['tool-1.9.0.tgz', 'tool-1.10.0.tgz', 'doc']) {
      files.set(`tool/${name}`, Buffer.from(name));
    }
    server = await serveContent(files);
  });
  afterEach(() => server.close());

  function index(json: unknown): void {
    files.set('tool/index.json', Buffer.from(JSON.stringify(json)));
  }

  function get(request: string) {
    return getBaseline({ url: server.url, request, folder: folder.path });
  }

  it('gets the newest version, a given one and another product', async () => {
    for (const [request, name] of [
      ['tool', 'tool-1.10.0.tgz'],
      ['tool=1.9.0', 'tool-1.9.0.tgz'],
      ['tool/doc', 'doc'],
    ] as const) {
      const { file, path, verified } = await get(request);
      assert.equal(await readFile(file, 'utf8'), name);
      assert.equal(path, `tool/${name}`);
      assert.equal(verified, false);
    }
  });

  it('lists products and versions', async () => {
    const list = await listBaseline({ url: server.url, project: 'tool' });
    assert.deepEqual(Object.keys(list), ['tool', 'doc']);
  });

  it('does not find what the index does not name', async () => {
    for (const request of ['tool/dock', 'tool=2', 'tool/constructor']) {
      await rejectsWithFault('search.not-found', get(request));
    }
    await rejectsWithFault('download.status', get('none'));
  });

  it('refuses an index of another shape', async () => {
    for (const json of [[], { tool: [] }, { tool: { '1': 2 } }, null]) {
      index(json);
      await rejectsWithFault('json.shape', get('tool'));
    }
    files.set('tool/index.json', Buffer.from('{'));
    await rejectsWithFault('json.syntax', get('tool'));
  });

  it('writes nowhere but into its folder', async () => {
    for (const name of ['../escaped', '/etc/passwd', 'a/b', '..']) {
      index({ tool: { '1': name } });
      await rejectsWithFault('path.form', get('tool'));
    }
    assert.deepEqual(await readdir(folder.path), []);
  });
});
