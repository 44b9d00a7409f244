/** Metadata that is made to cost: each is read, or refused with a code, in bounded time. */
import assert from 'node:assert/strict';
import { parseDocument } from '../../core/metadata/document.ts';
import { verifyThreshold } from '../../core/metadata/threshold.ts';
import { delegatedAuthority } from '../../core/metadata/authority.ts';
import { searchTarget } from '../../core/metadata/delegation-walk.ts';
import type { JsonObject, JsonValue } from '../../core/metadata/json.ts';
import { throwsFault } from '../kit/faults.ts';
import { newKey } from '../kit/simulated-repository.ts';

const many = 100_000;
/** On a machine that does much else. */
const longestMs = 20_000;

describe('metadata that is made to cost', () => {
  const key = newKey();

  afterEach(function () {
    const { duration = 0, title } = this.currentTest ?? {};
    assert.ok(duration < longestMs, `${title} took ${duration} ms`);
  });

  it(`by ${many} signatures and as many keyids (CVE-2020-6173)`, () => {
    const authority = delegatedAuthority(manyKeys().signed, 'team');
    assert.ok(authority);
    const other = targets({}, signatures(many, many - 1000));
    throwsFault('role.threshold', () => {
      verifyThreshold(other, authority, 'team.json');
    });
  });

  it(`by the same signature ${many} times`, () => {
    const list = signatures(many).map(({ sig }) => ({ keyid: key.keyid, sig }));
    throwsFault('signature.duplicate', () => targets({}, list));
  });

  it('by nesting', () => {
    const levels = 1_000_000;
    const texts = ['['.repeat(levels), `${'['.repeat(levels)}${']'.repeat(levels)}`];
    const objects = `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
    for (const [code, text] of [
      ['json.syntax', texts[0]],
      ['json.too-deep', texts[1]],
      ['json.too-deep', objects],
    ] as const) {
      throwsFault(code, () => parseDocument('targets', Buffer.from(text ?? '')));
    }
  });

  it('by numbers that no program counts to', () => {
    for (const number of ['1e999', '-1e999', '1e300', '9'.repeat(many), '1.5']) {
      const text = JSON.stringify(envelope({ version: 77 }, [])).replace('77', number);
      throwsFault('json.shape', () => parseDocument('targets', Buffer.from(text)));
    }
  });

  it(`by ${many} delegations, and a search goes to 32 of them`, () => {
    const roles = Array.from({ length: many }, (_, at) => delegation(`role-${at}`, ['*']));
    const top = targets({ delegations: { keys: { [key.keyid]: key.json }, roles } });
    const leaf = targets({});
    const search = searchTarget<typeof top>('a.txt');
    let visited = 0;
    for (let step = search.next(); step.done !== true; visited += 1) {
      step = search.next(step.value.role === 'targets' ? top : leaf);
    }
    assert.equal(visited, 33);
  });

  it(`by ${many} targets with names that objects have`, () => {
    const names = Array.from({ length: many }, (_, at) => [`constructor/${at}`, entry] as const);
    const document = targets({ targets: { ...Object.fromEntries(names), toString: entry } });
    assert.equal(Object.keys(document.signed.targets).length, many + 1);
  });

  const entry = { length: 1, hashes: { sha256: '00'.repeat(32) } };

  function manyKeys() {
    const keyids = signatures(many).map(({ keyid }) => keyid);
    const keys = Object.fromEntries(keyids.map((keyid) => [keyid, { ...key.json }]));
    return targets({ delegations: { keys, roles: [{ ...delegation('team', ['*']), keyids }] } });
  }

  function delegation(name: string, paths: string[]): JsonObject {
    return { name, keyids: [key.keyid], threshold: 1, terminating: false, paths };
  }
});

function signatures(count: number, from = 0) {
  return Array.from({ length: count }, (_, at) => ({
    keyid: (from + at).toString(16).padStart(64, '0'),
    sig: '',
  }));
}

function targets(more: JsonObject, list: JsonValue[] = []) {
  return parseDocument('targets', Buffer.from(JSON.stringify(envelope(more, list))));
}

function envelope(more: JsonObject, list: JsonValue[]): JsonObject {
  const expires = '2030-07-01T12:00:00Z';
  const common = { _type: 'targets', spec_version: '1.0.34', version: 1, expires, targets: {} };
  return { signed: { ...common, ...more }, signatures: list };
}
