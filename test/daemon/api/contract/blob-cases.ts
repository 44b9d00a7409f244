import { setMaxListeners } from 'node:events';
import { sha256Of } from '../../../kit/uploads.ts';
import { repositoryFails, type ContractCase, type ContractScene } from './contract-case.ts';

const whole = 'the whole file';
const at = `/blobs/${sha256Of(whole)}`;

function put(scene: ContractScene, body: string, headers: Readonly<Record<string, string>> = {}) {
  return scene.contract.ask('PUT', at, { token: scene.everything, body, headers });
}

/** More at once than may be taken in and may wait: whoever is too many is told so. */
async function overrun({ contract, everything }: ContractScene): Promise<void> {
  const given = new AbortController();
  setMaxListeners(0, given.signal);
  const many = Array.from({ length: 10 }, (_, each) =>
    contract.ask('PUT', `/blobs/${sha256Of(String(each))}`, {
      token: everything,
      headers: { 'content-length': 5 },
      signal: given.signal,
    }),
  );
  try {
    await Promise.race(many);
  } finally {
    given.abort();
    await Promise.allSettled(many);
  }
}

export const blobCases: Readonly<Record<string, ContractCase>> = {
  findBlob: {
    play: async (scene) => {
      const { contract, everything: token } = scene;
      await contract.ask('HEAD', at, { token });
      await put(scene, whole);
      await contract.ask('HEAD', at, { token });
    },
    unseen: { 503: repositoryFails },
  },
  readBlob: {
    play: async (scene) => {
      const { contract, everything: token } = scene;
      await contract.ask('GET', at, { token });
      await put(scene, whole);
      await contract.ask('GET', at, { token });
    },
    unseen: { 503: repositoryFails },
  },
  putBlob: {
    home: {
      config: {
        uploads: { minFreeBytes: 0, maxBlobBytes: 6000, quotaBytes: 9000, maxConcurrent: 1 },
      },
    },
    play: async (scene) => {
      await put(scene, '', { 'content-encoding': 'gzip' });
      await put(scene, 'another file');
      await put(scene, 'x'.repeat(6500));
      await put(scene, whole.slice(0, 4), { 'content-range': `bytes 0-3/${whole.length}` });
      await put(scene, whole.slice(5), { 'content-range': `bytes 5-13/${whole.length}` });
      await put(scene, whole.slice(4), { 'content-range': `bytes 4-13/${whole.length}` });
      await put(scene, whole);
      const other = { token: scene.everything, body: 'x'.repeat(5500) };
      await scene.contract.ask('PUT', `/blobs/${sha256Of(other.body)}`, other);
      await overrun(scene);
    },
    unseen: {},
  },
};
