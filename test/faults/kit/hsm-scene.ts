import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { ConfigInput } from '../../../core/home/config.ts';
import { generateKey } from '../../../core/signers/open-signer.ts';
import type { Readiness } from '../../../daemon/readiness.ts';
import { startDaemonProgram, type DaemonProgram } from '../../kit/daemon-program.ts';
import {
  createFaultyToken,
  faultyTokenAvailable,
  type FaultyToken,
} from '../../kit/faulty-token.ts';
import { makeHome, type TestHome } from '../../kit/home.ts';
import { moveOnlineKey } from '../../kit/online-key.ts';
import { pushedHome, type PushedHome } from '../../kit/pushed-home.ts';
import { until } from '../../kit/until.ts';

/** A daemon and its signer, each a process, with the online key in a token that can misbehave. */
export interface HsmScene {
  readonly token: FaultyToken;
  readonly home: TestHome;
  readonly pushed: PushedHome;
  readonly daemon: DaemonProgram;
  /** The answer of `/readyz`. */
  readonly readiness: () => Promise<Readiness>;
  /** Waits until `/readyz` names a code of the signer, and returns the codes. */
  readonly troubled: () => Promise<readonly string[]>;
  /** Waits until clients see this version of a role, and the daemon is ready again. */
  readonly visible: (role: string, version: number) => Promise<void>;
  readonly status: (url: string) => Promise<number>;
  /** Stops the daemon and starts it again. */
  readonly restart: () => Promise<void>;
}

/** A new scene for each test of the suite that calls this; skipped without SoftHSM or compiler. */
export function hsmSuite(config: Omit<ConfigInput, 'format'> = {}): () => HsmScene {
  let scene: (HsmScene & { close(): Promise<void> }) | undefined;
  before(function () {
    if (!faultyTokenAvailable()) this.skip();
  });
  beforeEach(async () => {
    scene = await openScene(config);
  });
  afterEach(async () => {
    await scene?.close();
    scene = undefined;
  });
  return () => scene ?? assert.fail('the scene is set before each test');
}

async function openScene(config: Omit<ConfigInput, 'format'>) {
  const token = createFaultyToken();
  token.use();
  const home = await makeHome({ config: { signerTimeoutSeconds: 5, ...config } });
  await moveOnlineKey(home, token);
  await generateKey(token.uri('other'), 'ecdsa-sha2-nistp256', { pkcs11Module: token.module });
  const pushed = await pushedHome(home);
  let daemon = await startDaemonProgram(home);
  const readers = [readForEver(() => daemon.content)];
  const status = async (url: string) => {
    const response = await fetch(`${daemon.content}${url}`);
    await response.arrayBuffer();
    return response.status;
  };
  const readiness = async () => {
    const response = await fetch(`${daemon.console}/readyz`);
    return (await response.json()) as Readiness;
  };
  return {
    token,
    home,
    pushed,
    get daemon() {
      return daemon;
    },
    status,
    readiness,
    troubled: () =>
      until('the signer’s trouble is told', async () => {
        const codes = (await readiness()).reasons.map(({ code }) => code);
        return codes.some((code) => code.startsWith('signer.')) && codes;
      }),
    visible: async (role: string, version: number) => {
      await until(`version ${version} of ${role} is out`, async () => {
        return (await status(`/metadata/${version}.${role}.json`)) === 200;
      });
      await until('the daemon is ready', async () => (await readiness()).ready);
    },
    restart: async () => {
      await stopReading(readers);
      await daemon.stop();
      daemon = await startDaemonProgram(home);
      readers.push(readForEver(() => daemon.content));
    },
    close: async () => {
      token.behave();
      try {
        await stopReading(readers);
      } finally {
        await daemon.stop();
        await home.remove();
        token.dispose();
      }
    },
  };
}

interface Reader {
  /** Ends it; fails when serving ever stopped. */
  stop(): Promise<void>;
}

async function stopReading(readers: Reader[]): Promise<void> {
  for (const reader of readers.splice(0)) await reader.stop();
}

/** Somebody who reads the timestamp all the while. */
function readForEver(content: () => string): Reader {
  const end = new AbortController();
  const statuses = new Set<number>();
  const reading = (async () => {
    while (!end.signal.aborted) {
      const response = await fetch(`${content()}/metadata/timestamp.json`);
      await response.arrayBuffer();
      statuses.add(response.status);
      await delay(20);
    }
  })();
  reading.catch(() => undefined); // met by stop
  return {
    stop: async () => {
      end.abort();
      await reading;
      assert.deepEqual([...statuses], [200]);
    },
  };
}
