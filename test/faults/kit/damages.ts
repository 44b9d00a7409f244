/** What can have become of a file in a cache. */
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ClientScene } from '../../kit/client-scene.ts';
import { newKey, signed, SimulatedRepository } from '../../kit/simulated-repository.ts';

/** @param file absolute, and there */
export type Damage = (file: string, original: Buffer) => Promise<void>;

/** By how it is told. @param file in the cache, without `.json` */
export function damagesOf(
  file: string,
  scene: () => ClientScene,
  random: (end: number) => number,
): Readonly<Record<string, Damage>> {
  const role = path.basename(file);
  return {
    gone: (name) => rm(name),
    empty: (name) => writeFile(name, ''),
    'cut after its first byte': (name, original) => writeFile(name, original.subarray(0, 1)),
    'cut in the middle': (name, original) =>
      writeFile(name, original.subarray(0, original.length >> 1)),
    'cut before its last brace': (name, original) =>
      writeFile(name, original.subarray(0, original.lastIndexOf('}'))),
    'full of zeros': (name, original) => writeFile(name, Buffer.alloc(original.length)),
    'changed in a random bit': async (name, original) => {
      const other = Buffer.from(original);
      const at = random(other.length - 1);
      // Not the bit that is a letter's case: a signature in capitals is the same signature.
      other[at] = (other[at] ?? 0) ^ (1 << random(5));
      await writeFile(name, other);
    },
    'another role’s': (name) => {
      const { repository } = scene();
      return writeFile(name, repository.bytes(file === 'targets' ? 'snapshot' : 'targets'));
    },
    'of another repository': (name) => {
      const other = new SimulatedRepository();
      other.publish();
      return writeFile(name, other.bytes(role === 'team' ? 'targets' : role));
    },
    'forged, and newer': (name) => writeFile(name, forged(role, scene().repository)),
    'not to be read': async (name) => {
      await rm(name);
      await symlink(name, name);
    },
    'a folder': async (name) => {
      await rm(name);
      await mkdir(path.join(name, 'in it'), { recursive: true });
    },
  };
}

/** The role as it is, of a far version, signed by a stranger. */
export function forged(role: string, repository: SimulatedRepository): Uint8Array {
  const { signed: json } = JSON.parse(Buffer.from(repository.bytes(role)).toString()) as {
    signed: Parameters<typeof signed>[0];
  };
  return signed({ ...json, version: 1000 }, [newKey()]);
}
