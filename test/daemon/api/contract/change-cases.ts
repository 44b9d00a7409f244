import { setMaxListeners } from 'node:events';
import path from 'node:path';
import type { JsonObject } from '../../../../core/metadata/json.ts';
import { accepted, bodyOf, openEvent } from '../../../kit/api.ts';
import { alice, newFile, release } from '../../../kit/changes.ts';
import { hangingHook, putIntoHook } from '../../../kit/hook-script.ts';
import { addServerSignedRole } from '../../../kit/server-signed-role.ts';
import { fileOf } from '../../../kit/source-tree.ts';
import { sha256Of } from '../../../kit/uploads.ts';
import { repositoryFails, type ContractCase, type ContractScene } from './contract-case.ts';

const noCommit = '0123456789'.repeat(4);
const dryRun = '?dryRun=true';

function post({ contract, everything: token }: ContractScene, at: string, body: JsonObject) {
  return contract.ask('POST', at, { token, body });
}

/** Sends a change that is published when this resolves; returns its id. */
async function sendPublished(scene: ContractScene): Promise<string> {
  const headers = { prefer: 'wait=30' };
  const sent = await scene.send(await bodyOf(scene.home, release(newFile)), { headers });
  return accepted(sent)['id'] as string;
}

/** Has more clients wait for the events of a change that stays queued than there is room for. */
async function overrun(scene: ContractScene): Promise<void> {
  const hook = await hangingHook(scene.home.paths);
  const sent = scene.send(await bodyOf(scene.home, release(newFile)));
  await hook.reached();
  const [queued] = (await scene.ask('/changes')).json['changes'] as [{ readonly id: string }];
  const gone = new AbortController();
  setMaxListeners(0, gone.signal);
  const headers = { accept: 'text/event-stream' };
  const many = Array.from({ length: 65 }, () =>
    scene.contract.ask('GET', `/changes/${queued.id}`, { headers, signal: gone.signal }),
  );
  await Promise.race(many);
  gone.abort();
  await Promise.allSettled(many);
  await hook.release();
  accepted(await sent);
}

/** Adds a file to the role that the server signs, as often as there is an answer to it. */
const changeOnlineRole: ContractCase = {
  home: { prepare: addServerSignedRole },
  play: async (scene) => {
    const add = { 'nightly/app.bin': { content: 'AAAA', custom: { branch: 'main' } } };
    await post(scene, `/targets${dryRun}`, { role: 'nightly', targets: add });
    await post(scene, '/targets', { role: 'nightly', targets: add });
    await post(scene, '/targets', { role: 'nightly', targets: { 'nightly/none': null } });
    await post(scene, '/targets', { role: 'nightly', targets: { '../app.bin': null } });
  },
  also: {
    prepare: async (home) => {
      await addServerSignedRole(home, { isHeld: false });
    },
    play: async (scene) => {
      const targets = { 'nightly/app.bin': { content: 'AAAA' } };
      await post(scene, '/targets', { role: 'nightly', targets });
    },
  },
  unseen: {},
};

export const changeCases: Readonly<Record<string, ContractCase>> = {
  changeOnlineRole,
  prepareChange: {
    play: async (scene) => {
      const base = await scene.home.tip();
      const file = { sha256: sha256Of('a file'), length: 6 };
      for (const wish of [
        { base, add: { [newFile]: { ...file, custom: { any: ['thing', null] } } } },
        { base, remove: [fileOf.alice] },
        { base, role: 'nobody', add: { [newFile]: file } },
        { base: noCommit, remove: [fileOf.alice] },
        { base, add: { '../up': file } },
        { remove: [fileOf.alice] },
      ]) {
        await post(scene, '/changes/prepare', wish);
      }
    },
    unseen: { 503: repositoryFails },
  },
  submitChange: {
    play: async (scene) => {
      const body = await bodyOf(scene.home, release(newFile));
      const withoutBase = Object.fromEntries(
        Object.entries(body).filter(([name]) => name !== 'base'),
      );
      const stale = await bodyOf(scene.home, alice());
      await post(scene, '/changes', withoutBase);
      await post(scene, '/changes', await bodyOf(scene.home, alice({}, [])));
      await post(scene, `/changes${dryRun}`, body);
      await post(scene, '/changes', body);
      await post(scene, '/changes', stale);
    },
    also: {
      prepare: ({ paths }) =>
        putIntoHook(path.join(paths.hooks, 'pre-receive'), 'pre-receive', 'exit 1'),
      play: async (scene) => {
        await post(scene, '/changes', await bodyOf(scene.home, release(newFile)));
      },
    },
    unseen: {},
  },
  signEvent: {
    play: async (scene) => {
      const { signature } = await openEvent(scene, 'release');
      const at = '/events/release/signatures';
      await post(scene, at, { signatures: [{ ...signature, role: 'nobody' }] });
      await post(scene, `${at}${dryRun}`, { signatures: [signature] });
      await post(scene, at, { signatures: [signature] });
      await post(scene, '/events/nobody/signatures', { signatures: [signature] });
    },
    unseen: { 503: 'as submitChange, whose door it is' },
  },
  listChanges: {
    play: async (scene) => {
      await openEvent(scene, 'release');
      await sendPublished(scene);
      await scene.contract.ask('GET', '/changes');
    },
    unseen: { 503: repositoryFails },
  },
  getChange: {
    play: async (scene) => {
      const at = `/changes/${await sendPublished(scene)}`;
      const accept = 'text/event-stream';
      await scene.contract.ask('GET', at);
      await scene.contract.ask('GET', at, { headers: { accept } });
      await scene.contract.ask('GET', at, { headers: { accept, 'last-event-id': '3' } });
      await scene.contract.ask('GET', '/changes/none');
    },
    also: { prepare: () => Promise.resolve(), play: overrun },
    unseen: {},
  },
};
