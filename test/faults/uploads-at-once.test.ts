import assert from 'node:assert/strict';
import { workspaces, type Workspaces } from '../kit/workspaces.ts';

const many = 20;

describe('20 uploads at once to one role', () => {
  let kit: Workspaces;
  before(() => {
    // Each of them listens for signals, all in this one process.
    process.setMaxListeners(2 * many);
  });
  beforeEach(async () => {
    kit = await workspaces();
  });
  afterEach(() => kit.remove());

  it('all land, one after the other, and none takes back what another brought', async () => {
    const versions = Array.from({ length: many }, (_, at) => `alice-project/tool/2.${at}`);
    const everybody = await Promise.all(versions.map((_, at) => kit.clone(`work-${at}`, 'alice')));
    const runs = await Promise.all(
      everybody.map(async (alice, at) => {
        const file = await alice.file(`tool-${at}.tgz`, `tool ${at}`);
        return alice.run('upload', file, '--to', versions[at] ?? '', '--yes');
      }),
    );
    assert.deepEqual(
      runs.filter(({ status }) => status !== 0).map(({ stderr }) => stderr),
      [],
    );
    const listed = JSON.parse(await kit.onMain('metadata/alice.json')) as {
      signed: { version: number; targets: Record<string, unknown> };
    };
    assert.equal(listed.signed.version, 1 + many);
    for (const [at, folder] of versions.entries()) {
      assert.ok(`${folder}/tool-${at}.tgz` in listed.signed.targets);
      assert.equal(await kit.onMain(`targets/${folder}/tool-${at}.tgz`), `tool ${at}`);
    }
  });
});
