import assert from 'node:assert/strict';
import { assemble } from '../../../../daemon/parts.ts';
import { openChanges } from '../../../../daemon/api/changes/open-changes.ts';
import { apiRoutes } from '../../../../daemon/api/routes.ts';
import { Closers } from '../../../../daemon/closers.ts';
import { makeLog } from '../../../../daemon/log.ts';
import { apiContract, type ContractAsking } from '../../../kit/api-contract.ts';
import { filledIn, readApiDocument, type Operation } from '../../../kit/api-document.ts';
import { apiSuite, type ApiScene } from '../../../kit/api.ts';
import { makeHome } from '../../../kit/home.ts';
import { signerProgram } from '../../../kit/signer-program.ts';
import { blobCases } from './blob-cases.ts';
import { changeCases } from './change-cases.ts';
import type { ContractScene } from './contract-case.ts';
import { lookUpCases } from './look-up-cases.ts';

const cases = { ...blobCases, ...changeCases, ...lookUpCases };
const everyScope = ['git:push', 'blob:put', 'change:submit', 'event:*', 'online:nightly'];

describe('the OpenAPI document', () => {
  const open = apiSuite();

  it('has an operation for each route of the table, and each is held to it here', async () => {
    const { daemon } = await open();
    const { operations } = await readApiDocument(daemon.console);
    const described = operations.map(({ method, path }) => `${method} ${path}`);
    assert.deepEqual(described.sort(), [...(await routesOfTable()), 'GET /openapi.json'].sort());
    assert.deepEqual(operations.map(({ id }) => id).sort(), Object.keys(cases).sort());
  });

  for (const [id, played] of Object.entries(cases)) {
    it(`says what ${id} answers`, async () => {
      const first = await open(played.home);
      const scene = await contractScene(first);
      await refusals(scene, id);
      await played.play(scene);
      const { also, unseen } = played;
      const seen = new Set(scene.contract.seen.get(id));
      if (also !== undefined) {
        const other = await contractScene(await open({ prepare: (home) => also.prepare(home) }));
        await also.play(other);
        for (const status of other.contract.seen.get(id) ?? []) seen.add(status);
      }
      const { answers } = operationOf(scene, id);
      const absent = Object.keys({ ...unseen, 500: 'only by a defect of ours' });
      assert.deepEqual([...seen, ...absent].sort(), Object.keys(answers).sort());
    });
  }
});

async function routesOfTable(): Promise<readonly string[]> {
  const home = await makeHome();
  const closers = new Closers();
  try {
    const makeQuietLog = () => makeLog('silent', false);
    const options = { home: home.dir, makeLog: makeQuietLog, signerProgram: signerProgram() };
    const parts = await assemble(options, closers);
    const changes = await openChanges(parts, () => Promise.resolve());
    const routes = apiRoutes(parts, changes, 'http://127.0.0.1');
    return routes.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  } finally {
    await closers.close();
    await home.remove();
  }
}

async function contractScene(scene: ApiScene): Promise<ContractScene> {
  const contract = await apiContract(scene.daemon.console);
  const everything = await scene.token('everything', everyScope);
  // A getter of the scene is not copied along.
  return Object.assign(Object.create(scene) as ApiScene, { contract, everything });
}

function operationOf({ contract }: ContractScene, id: string): Operation {
  return contract.document.operations.find((each) => each.id === id) ?? assert.fail(id);
}

/** What all operations refuse alike, as far as it applies to this one. */
async function refusals(scene: ContractScene, id: string): Promise<void> {
  const { contract, everything: token } = scene;
  const { method, path, scopes, takesJson } = operationOf(scene, id);
  const ask = (asking: ContractAsking) => contract.ask(method, filledIn(path), asking);
  const refused = async (status: number, asking: ContractAsking) => {
    assert.equal((await ask(asking)).status, status);
  };
  if (scopes !== 'open') await refused(401, {});
  await refused(401, { token: 'tog_unknown' });
  await refused(403, { token, headers: { 'x-forwarded-proto': 'http' } });
  if (method === 'GET' || method === 'HEAD') {
    await refused(400, { token, headers: { 'content-length': 1 }, body: 'x' });
  }
  if (method === 'PUT') await refused(400, { token, headers: { 'content-range': 'lines 1' } });
  if (!takesJson) return;
  const type = { 'content-type': 'application/json' };
  await refused(400, { token, headers: type, body: '{' });
  await refused(415, { token, headers: { 'content-type': 'text/plain' }, body: '{}' });
  await refused(413, { token, headers: { ...type, 'content-length': 1 << 30 } });
}
