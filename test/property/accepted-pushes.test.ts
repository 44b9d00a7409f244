/**
 * The promise at the head of docs/rules.md, tried: random repositories that hold, each followed by
 * clients from generation to generation; then pushes with one random change each, about half of them
 * signed rightly. Where the gate accepts, each client must come to the new generation from the pinned
 * root alone and from what each earlier generation left in its cache, and must have every target
 * that the specification lets it find, with the right content.
 *
 * A seed makes the same cases each time, but for the signatures of ECDSA and RSA, which are random by
 * nature: a failure names the commit as well, and leaves its repository.
 *
 *     npm run -s test:property    # 10,000 cases, and 3,000 each with python-tuf and go-tuf
 *     PROPERTY_SEED=1 PROPERTY_CASES=500 npm test -- --suite property
 */
import assert from 'node:assert/strict';
import {
  goTufFollower,
  ourFollower,
  pythonTufFollower,
  tufJsFollower,
} from './kit/clients/all-followers.ts';
import type { Follower } from './kit/clients/follower.ts';
import { goFollower } from './kit/clients/go-tuf.ts';
import { runCases } from './kit/run-cases.ts';

const {
  PROPERTY_SEED: seed = '20311',
  PROPERTY_CASES: cases = '1200',
  PROPERTY_PATH: replay,
} = process.env;

/** Of the cases that are tried with the first two, with each of the other two. */
const foreignShare = 0.3;
/** What may be, where a slow machine makes it longer. */
const millisecondsForEach = 2000;

describe('whatever the gate accepts', () => {
  before(() => {
    goFollower().catch(() => undefined); // built meanwhile, and met by the test that waits for it
  });

  it('is followed by our client and by tuf-js', async function () {
    await follow(this, Number(cases), [ourFollower(), tufJsFollower()]);
  });

  it('is followed by python-tuf', async function () {
    await follow(this, Number(cases) * foreignShare, [await pythonTufFollower()]);
  });

  it('is followed by go-tuf', async function () {
    await follow(this, Number(cases) * foreignShare, [await goTufFollower(this)]);
  });
});

async function follow(
  test: Mocha.Context,
  count: number,
  followers: readonly Follower[],
): Promise<void> {
  test.timeout(count * millisecondsForEach);
  const start = performance.now();
  const asked = { seed: Number(seed), cases: count, replay };
  try {
    const tally = await runCases(asked, followers);
    const seconds = Math.round((performance.now() - start) / 1000);
    const share = Math.round((100 * tally.accepted) / tally.cases);
    const all = `seed ${seed}: ${tally.cases} cases in ${seconds} s`;
    const codes = `${tally.codes.size} codes among the refusals`;
    console.log(`      ${all}, ${tally.accepted} accepted (${share} %), ${codes}`);
    assert.ok(share > 15, 'the gate accepts too little for this test to mean something');
  } finally {
    for (const follower of followers) await follower.close();
  }
}
