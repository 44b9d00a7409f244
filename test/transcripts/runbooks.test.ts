/** The runbooks of a ceremony, played with the real programs: every command, and what it says. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { softHsmAvailable } from '../kit/softhsm.ts';
import { giveEmptyToken } from './kit/beginning.ts';
import { play } from './kit/play.ts';
import { hasTokenTool, Stage } from './kit/stage.ts';

const folder = path.resolve(import.meta.dirname, '../../docs');
const now = '2027-01-04T09:00:00Z';

describe('the runbook of a ceremony', () => {
  let stage: Stage;
  before(function () {
    if (!softHsmAvailable() || !hasTokenTool()) this.skip();
  });
  beforeEach(async () => {
    stage = await Stage.open(now);
  });
  afterEach(() => stage.close());

  it('of its coordinator is played as the page shows it', async () => {
    for (const person of ['alice', 'bob', 'carol']) {
      const make = `tuf-on-git key generate file:${person}.json --owner @${person} --unsafe-plaintext`;
      const { status } = await stage.type(person, make);
      assert.equal(status, 0);
      await stage.type('operator', `cp ~/../${person}/${person}.pub .`);
    }
    await play(stage, path.join(folder, 'ceremony-coordinator.md'));
  });

  it('of its keyholders is played as the page shows it', async () => {
    for (const person of ['bob', 'carol']) await giveEmptyToken(stage, person);
    await play(stage, path.join(folder, 'ceremony-keyholder.md'));
  });
});
