/** A24 to A27, A29 and A36 where there is one root key, and one admin key that signs all the rest. */
import { oneKeyForAll } from '../attacks/a24-one-key-for-all.ts';
import { content, forged, rogueRootAdmin } from '../attacks/a27-rogue-root-admin.ts';
import type { Stage } from '../kit/stage.ts';
import { writeRoot } from './make-repository.ts';
import type { Releasing } from './releases.ts';

export async function stolenKeys(
  stage: Stage,
  { admin, storage, source }: Releasing,
): Promise<void> {
  await oneKeyForAll(stage, {
    source,
    release: async (target, text) => {
      await admin.release(new Map([[target, Buffer.from(text)]]));
      await storage.putRight();
    },
    remove: async (targets) => {
      await admin.remove(targets);
      await storage.putRight();
    },
  });
  await rogueRootAdmin(stage, {
    source,
    seize: async (thief) => {
      const keys = { root: thief, admin: thief };
      await writeRoot(admin.folder, keys, { version: 2, before: [admin.keys.root] });
      await admin.release(new Map([[forged, Buffer.from(content)]]), keys);
      await storage.putRight();
    },
    giveBack: async (thief) => {
      await writeRoot(admin.folder, admin.keys, { version: 3, before: [thief] });
      await admin.remove([forged]);
      await storage.putRight();
    },
  });
}
