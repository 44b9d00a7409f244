import assert from 'node:assert/strict';
import { maxDelegatedRoles, searchTarget } from '../../core/metadata/delegation-walk.ts';
import { fromJson } from '../../core/metadata/model.ts';
import type { Targets } from '../../core/metadata/tufjs.ts';
import type { JsonObject, JsonValue } from '../../core/metadata/json.ts';

describe('search through delegations', () => {
  it('asks roles in pre-order, depth first, in the order of the file', () => {
    const roles = {
      targets: role([], [to('10'), to('2'), to('b')]),
      '10': role([], [to('x')]),
      x: role([]),
      '2': role([]),
      b: role(['wanted']),
    };
    const { visited, found } = search('wanted', roles);
    assert.deepEqual(visited, ['targets', '10', 'x', '2', 'b']);
    assert.deepEqual(found?.chain, ['targets', 'b']);
  });

  it('takes the first role that lists the target', () => {
    const roles = {
      targets: role([], [to('a'), to('b')]),
      a: role(['wanted']),
      b: role(['wanted']),
    };
    assert.equal(search('wanted', roles).found?.role, 'a');
  });

  it('ends with the subtree of a terminating delegation that matches', () => {
    const roles = {
      targets: role([], [to('a'), to('late')]),
      a: role([], [to('b', { terminating: true }), to('c')]),
      b: role([], [to('d')]),
      c: role(['wanted']),
      d: role([]),
      late: role(['wanted']),
    };
    const { visited, found } = search('wanted', roles);
    assert.deepEqual(visited, ['targets', 'a', 'b', 'd']);
    assert.equal(found, undefined);
  });

  it('passes a terminating delegation that does not match', () => {
    const roles = {
      targets: role([], [to('a', { terminating: true, paths: ['other/*'] }), to('b')]),
      b: role(['wanted']),
    };
    assert.deepEqual(search('wanted', roles).visited, ['targets', 'b']);
  });

  it('skips what it has visited, and so ends cycles', () => {
    const roles = {
      targets: role([], [to('a')]),
      a: role([], [to('b'), to('a')]),
      b: role([], [to('a'), to('c')]),
      c: role([]),
    };
    const { visited, found } = search('wanted', roles);
    assert.deepEqual(visited, ['targets', 'a', 'b', 'c']);
    assert.equal(found, undefined);
  });

  it('visits no more than the allowed number of roles', () => {
    const chain = (length: number) => {
      const names = Array.from({ length }, (_, index) => `role${index}`);
      const entries = names.map((name, index) => {
        const next = names[index + 1];
        return [name, next === undefined ? role(['wanted']) : role([], [to(next)])] as const;
      });
      return { targets: role([], [to('role0')]), ...Object.fromEntries(entries) };
    };
    const deepest = search('wanted', chain(maxDelegatedRoles));
    assert.equal(deepest.found?.role, `role${maxDelegatedRoles - 1}`);
    const tooDeep = search('wanted', chain(maxDelegatedRoles + 1));
    assert.equal(tooDeep.found, undefined);
    assert.equal(tooDeep.visited.length, maxDelegatedRoles + 1);
  });

  it('finds a target only where every delegation on the chain matches it', () => {
    const roles = {
      targets: role([], [to('a', { paths: ['a/*'] })]),
      a: role(['a/1', 'b/1']),
    };
    assert.equal(search('a/1', roles).found?.role, 'a');
    assert.equal(search('b/1', roles).found, undefined);
  });

  it('knows no target by a name that every object has', () => {
    const roles = { targets: role([], [to('a')]), a: role([]) };
    for (const name of ['constructor', '__proto__', 'toString']) {
      assert.equal(search(name, roles).found, undefined);
    }
    assert.equal(search('constructor', { targets: role(['constructor']) }).found?.role, 'targets');
  });

  it('follows hash prefixes', () => {
    // sha256("wanted") begins with ca90, sha256("other") with d926
    const roles = {
      targets: role(
        [],
        [
          { ...to('low'), paths: undefined, path_hash_prefixes: ['00', 'ca90'] },
          { ...to('high'), paths: undefined, path_hash_prefixes: ['d9'] },
        ],
      ),
      low: role(['wanted']),
      high: role(['wanted', 'other']),
    };
    assert.equal(search('wanted', roles).found?.role, 'low');
    assert.equal(search('other', roles).found?.role, 'high');
  });

  it('follows succinct roles to the one bin of a path', () => {
    const succinct = { keyids: [], threshold: 1, bit_length: 4, name_prefix: 'bin' };
    const roles = {
      targets: fromJson.targets({
        ...signedTargets([]),
        delegations: { keys: {}, succinct_roles: succinct },
      }),
      'bin-c': role(['wanted']),
    };
    const { visited, found } = search('wanted', roles);
    assert.deepEqual(visited, ['targets', 'bin-c']);
    assert.equal(found?.role, 'bin-c');
  });
});

interface DelegationJson {
  readonly name: string;
  readonly terminating: boolean;
  readonly paths: readonly string[] | undefined;
  readonly path_hash_prefixes?: readonly string[];
}

function to(name: string, more: Partial<DelegationJson> = {}): DelegationJson {
  return { name, terminating: false, paths: ['*', '*/*'], ...more };
}

function role(targets: readonly string[], delegations: readonly DelegationJson[] = []): Targets {
  const roles = delegations.map(
    (entry) => JSON.parse(JSON.stringify({ keyids: [], threshold: 1, ...entry })) as JsonValue,
  );
  return fromJson.targets({ ...signedTargets(targets), delegations: { keys: {}, roles } });
}

function signedTargets(targets: readonly string[]): JsonObject {
  const entry = { length: 1, hashes: { sha256: 'ab' } };
  return {
    _type: 'targets',
    spec_version: '1.0.34',
    version: 1,
    expires: '2030-07-01T00:00:00Z',
    targets: Object.fromEntries(targets.map((path) => [path, entry])),
  };
}

function search(path: string, roles: Readonly<Record<string, Targets>>) {
  const visited: string[] = [];
  const walk = searchTarget<{ readonly signed: Targets }>(path);
  let step = walk.next();
  while (step.done !== true) {
    visited.push(step.value.role);
    const next = roles[step.value.role];
    assert.ok(next, `no role ${step.value.role}`);
    step = walk.next({ signed: next });
  }
  return { visited, found: step.value };
}
