import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { FileFault } from './kit/fault-control.ts';
import { signerOf, watchedHome, type WatchedHome } from './kit/watched-home.ts';

/** At random, beside those at each file operation: `npm run test:kills` has more. */
const kills = Number(process.env['KILLS'] ?? 80);
/** The file operations of a start before it comes to what every generation does; all of them where there is time. */
const startOperations = kills > 80 ? Infinity : 20;

describe('a publisher that is killed over and over while a client watches', function () {
  this.timeout(Math.max(300_000, kills * 10_000));
  let watched: WatchedHome;

  beforeEach(async () => {
    watched = await watchedHome();
    await watched.start();
    await watched.converged();
  });
  afterEach(() => watched.remove());

  it('goes on after each file operation of the daemon in a generation', async () => {
    for (let at = 1; await diesInGeneration({ program: 'daemon', at, action: 'kill' }); at += 1);
    await tell();
  });

  it('goes on after each file operation of the signer', async () => {
    for (let at = 1; await diesInGeneration({ program: 'signer', at, action: 'kill' }); at += 1);
    await tell();
  });

  it('goes on after each file operation of a start with something to publish', async () => {
    for (let at = 1; at <= startOperations && (await diesAtStart(at)); at += 1);
    await tell();
  });

  it(`goes on after ${kills} kills at random: of the daemon, the signer, or both`, async () => {
    for (let count = 0; count < kills; count += 1) {
      if (count % 3 === 0) await killWhileStarting();
      else await killWhilePublishing();
    }
    await tell(kills);
  });

  /** @returns false when the generation was out before that operation came */
  async function diesInGeneration(fault: FileFault): Promise<boolean> {
    const { faults } = watched;
    const before = faults.met().length;
    // Of the signer’s end a client must not notice anything.
    if (fault.program === 'daemon') watched.mayDie();
    await faults.set(fault);
    await watched.release();
    await outlived();
    return faults.met().length > before;
  }

  /** @returns false when the generation was out before that operation came */
  async function diesAtStart(at: number): Promise<boolean> {
    const { faults } = watched;
    const before = faults.met().length;
    watched.mayDie();
    await watched.life.kill();
    await watched.release();
    await faults.set({ program: 'daemon', at, action: 'kill' });
    if ((await watched.start()) === undefined) await watched.start();
    else watched.mayDie();
    await outlived();
    return faults.met().length > before;
  }

  /** Until the generation is out and no fault is to be met; a daemon that meets one is started again. */
  async function outlived(): Promise<void> {
    const converged = watched.converged();
    const isDead = await Promise.race([
      watched.life.ended.then(() => true),
      converged.then(() => false),
    ]);
    if (isDead) await watched.start();
    await converged;
    await watched.faults.set(undefined);
    const hasDiedSince = (await watched.readiness()) === undefined;
    if (!hasDiedSince) return;
    await watched.start();
    await watched.converged();
  }

  async function killWhileStarting(): Promise<void> {
    watched.mayDie();
    await watched.life.kill();
    await watched.release();
    watched.spawn();
    await delay(randomInt(900));
    await watched.life.kill();
    await watched.start();
    await watched.converged();
  }

  async function killWhilePublishing(): Promise<void> {
    const { pid } = watched.life;
    const victim = randomInt(3);
    if (victim !== 0) watched.mayDie();
    await watched.release();
    await delay(randomInt(250));
    const signer = signerOf(pid);
    if (victim !== 1 && signer !== undefined) process.kill(signer, 'SIGKILL');
    if (victim !== 0) {
      await watched.life.kill();
      await watched.start();
    }
    await watched.converged();
  }

  /** @param atRandom how many of them */
  async function tell(atRandom = 0): Promise<void> {
    const { updates, downloads, generations, failures } = await watched.finish();
    const kills = atRandom + watched.faults.met().length;
    const client = `${updates} updates, ${downloads} downloads, ${failures.length} cut or refused`;
    console.log(`      ${kills} kills, ${generations} generations; the client: ${client}`);
  }
});
