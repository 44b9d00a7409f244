import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TufOnGitError } from '../../core/error/error.ts';
import { canonicalBytes } from '../../core/metadata/document.ts';
import type { JsonObject, JsonValue } from '../../core/metadata/json.ts';
import { TrustedSet } from '../../core/metadata/trusted-set.ts';
import { throwsFault } from '../kit/faults.ts';
import { signed, SimulatedRepository, testTime } from '../kit/simulated-repository.ts';

describe('malformed metadata, well signed', () => {
  const repository = new SimulatedRepository();
  repository.namesContent = false;
  repository.addTarget('a.txt', 'a');
  repository.delegate('team', { paths: ['team/*'] });
  repository.publish();

  const attempts: Record<string, [JsonObject, (set: TrustedSet, bytes: Uint8Array) => unknown]> = {
    root: [repository.root, (set, bytes) => set.updateRoot(bytes)],
    timestamp: [repository.timestamp, (set, bytes) => set.updateTimestamp(bytes)],
    snapshot: [
      repository.snapshot,
      (set, bytes) => {
        set.updateTimestamp(repository.bytes('timestamp'));
        set.updateSnapshot(bytes);
      },
    ],
    targets: [
      repository.targets,
      (set, bytes) => {
        set.updateTimestamp(repository.bytes('timestamp'));
        set.updateSnapshot(repository.bytes('snapshot'));
        const targets = set.updateTargets(bytes);
        set.updateDelegatedTargets(repository.bytes('team'), 'team', targets);
      },
    ],
  };

  for (const [role, [json, attempt]] of Object.entries(attempts)) {
    it(`is taken or refused with a code, never a crash: ${role}`, () => {
      fc.assert(
        fc.property(fc.array(fc.nat(), { maxLength: 6 }), junk(), (steps, value) => {
          const bytes = sign(role, replaceAt(json, steps, value));
          if (bytes === undefined) return;
          const set = TrustedSet.fromRoot(repository.bytes('root'), { referenceTime: testTime });
          try {
            attempt(set, bytes);
          } catch (error) {
            assert.ok(error instanceof TufOnGitError, String(error));
          }
        }),
        { numRuns: 400 },
      );
    });
  }

  it('is not taken for a version of the specification that it does not name', () => {
    for (const version of ['', '1', '1.', '1.0.34.1', '1e0.0', ' 1.0', '2.0.0', '0x1.0']) {
      const set = TrustedSet.fromRoot(repository.bytes('root'), { referenceTime: testTime });
      const json = { ...repository.timestamp, spec_version: version };
      const bytes = signed(json, repository.signersOf('timestamp'));
      throwsFault('json.shape', () => set.updateTimestamp(bytes));
    }
  });

  it('is refused with a code when it is no metadata at all', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => Buffer.from(text)),
        ),
        (bytes) => {
          assert.throws(
            () => TrustedSet.fromRoot(bytes, { referenceTime: testTime }),
            (error) => error instanceof TufOnGitError,
          );
        },
      ),
    );
  });

  /** Undefined for what has no canonical form and so no signature. */
  function sign(role: string, json: JsonValue): Uint8Array | undefined {
    try {
      canonicalBytes(json, role);
    } catch (error) {
      if (error instanceof TufOnGitError) return undefined;
      throw error;
    }
    return signed(json as JsonObject, repository.signersOf(role));
  }
});

function junk(): fc.Arbitrary<JsonValue> {
  return fc.oneof(
    fc.constantFrom<JsonValue[]>(null, [], {}, '', 0, -1, true, '1', [null], { '': {} }, 1e15, {
      constructor: 1,
    }),
    fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<JsonValue>,
  );
}

/** A copy in which the value that the steps lead to is another. */
function replaceAt(json: JsonValue, steps: readonly number[], value: JsonValue): JsonValue {
  const [step, ...rest] = steps;
  if (step === undefined || typeof json !== 'object' || json === null) return value;
  const keys = Object.keys(json);
  const key = keys[step % Math.max(1, keys.length)];
  if (key === undefined) return value;
  const copy = structuredClone(json) as JsonObject;
  copy[key] = replaceAt(copy[key] ?? null, rest, value);
  return copy;
}
