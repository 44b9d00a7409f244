import { rename } from 'node:fs/promises';
import path from 'node:path';
import { eventRefs } from '../../../../core/rules/ref-rules.ts';
import { accepted, bodyOf, openEvent } from '../../../kit/api.ts';
import { newFile, release } from '../../../kit/changes.ts';
import type { TestHome } from '../../../kit/home.ts';
import { fileOf } from '../../../kit/source-tree.ts';
import { repositoryFails, type ContractCase } from './contract-case.ts';

/** Asks at these paths, and at the first of them once more where nothing is published. */
function lookUp(first: string, ...others: readonly string[]): ContractCase {
  return {
    play: async ({ contract }) => {
      for (const at of [first, ...others]) await contract.ask('GET', at);
    },
    also: {
      prepare: hideKey,
      play: async ({ contract }) => {
        await contract.ask('GET', first);
      },
    },
    unseen: {},
  };
}

/** Without it the signer signs nothing. */
function hideKey({ paths }: TestHome): Promise<void> {
  return rename(path.join(paths.signer, 'online.json'), path.join(paths.signer, 'away.json'));
}

export const lookUpCases: Readonly<Record<string, ContractCase>> = {
  listRoles: lookUp('/roles', '/roles?limit=1'),
  getRole: lookUp('/roles/alice', '/roles/targets', '/roles/nobody'),
  listTargets: lookUp('/targets', '/targets?prefix=alice-&limit=1'),
  getTarget: lookUp(`/target?path=${encodeURIComponent(fileOf.alice)}`, '/target?path=nothing'),
  getStatus: lookUp('/status', '/status?validAt=2200-01-01T00:00:00Z', '/status?only=next'),
  listEvents: {
    play: async (scene) => {
      await openEvent(scene, 'release');
      await scene.contract.ask('GET', '/events');
    },
    unseen: { 503: repositoryFails },
  },
  getEvent: {
    play: async (scene) => {
      await openEvent(scene, 'release');
      await openUnreadable(scene.home);
      for (const name of ['release', 'unreadable', 'nobody']) {
        await scene.contract.ask('GET', `/events/${name}`);
      }
    },
    unseen: { 503: repositoryFails },
  },
  getHealth: {
    play: async ({ contract }) => {
      await contract.ask('GET', '/health');
    },
    also: {
      prepare: hideKey,
      play: async ({ contract }) => {
        await contract.ask('GET', '/health');
      },
    },
    unseen: { 503: 'it says how the daemon is, however that is' },
  },
  listGenerations: {
    play: async (scene) => {
      accepted(await scene.send(await bodyOf(scene.home, release(newFile))));
      await scene.contract.ask('GET', '/generations');
      await scene.contract.ask('GET', '/generations?limit=1');
    },
    unseen: { 503: repositoryFails },
  },
  watchGenerations: {
    play: async (scene) => {
      const all = Array.from({ length: 65 }, () =>
        scene.contract.ask('GET', '/generations/stream'),
      );
      // The one that there is no place for is answered at once, the others until the daemon ends.
      await Promise.race(all);
      await scene.restart();
      await Promise.all(all);
    },
    unseen: {},
  },
  describe: {
    play: async ({ contract }) => {
      await contract.ask('GET', '/openapi.json');
    },
    unseen: { 503: 'it is made at the start and asks for nothing' },
  },
};

/** An event that somebody with an account on the server has made. */
async function openUnreadable(home: TestHome): Promise<void> {
  const { git } = home;
  const base = await home.tip();
  const noMetadata = await git.writeBlob(Buffer.from('no metadata'));
  const tree = await git.writeTree(base, new Map([['metadata/alice.json', noMetadata]]));
  const author = { name: 'intruder', email: 'intruder@example.com' };
  const commit = { tree, parents: [base], message: 'x', author, time: new Date() };
  const to = await git.writeCommit(commit);
  await git.updateRef({ ref: `${eventRefs}unreadable`, from: undefined, to, message: 'x' });
}
