import assert from 'node:assert/strict';
import type { DelegationOptions, SimulatedRepository } from '../kit/simulated-repository.ts';
import { conformanceScene } from './kit/scene.ts';

/** `targets>a` delegates everything; more stands behind it. */
type Edge = readonly [edge: string, options?: DelegationOptions];

interface Graph {
  /** In the order in which they stand in their delegator's file. */
  readonly edges: readonly Edge[];
  /** Which role lists which target. */
  readonly lists?: Readonly<Record<string, readonly string[]>>;
  readonly wanted?: string;
  /** Roles asked for on the way, in order; `!` at the end: and the target is found. */
  readonly way: string;
}

const once = { terminating: true };

const graphs: Readonly<Record<string, Graph>> = {
  'one role': { edges: [['targets>a']], way: 'a' },
  'two, in the order of the file': { edges: [['targets>a'], ['targets>b']], way: 'a b' },
  'two, in the order of the file and not of the alphabet': {
    edges: [['targets>b'], ['targets>a']],
    way: 'b a',
  },
  'names that are numbers, in the order of the file': {
    edges: [['targets>10'], ['targets>9'], ['targets>1']],
    way: '10 9 1',
  },
  'depth before breadth': {
    edges: [['targets>a'], ['targets>b'], ['a>c'], ['a>d']],
    way: 'a c d b',
  },
  'depth before breadth, three levels': {
    edges: [['targets>a'], ['targets>b'], ['a>c'], ['c>d'], ['b>e']],
    way: 'a c d b e',
  },
  'a chain of six': {
    edges: [['targets>a'], ['a>b'], ['b>c'], ['c>d'], ['d>e'], ['e>f']],
    way: 'a b c d e f',
  },
  'terminating at the first level: nothing after it': {
    edges: [['targets>a', once], ['targets>b'], ['a>c']],
    way: 'a c',
  },
  'terminating at the second level: nothing after it on any level': {
    edges: [['targets>a'], ['targets>b'], ['a>c', once], ['a>d']],
    way: 'a c',
  },
  'terminating at the third level: its own subtree still counts': {
    edges: [['targets>a'], ['targets>b'], ['a>c'], ['c>d', once], ['c>e'], ['d>f'], ['d>g']],
    way: 'a c d f g',
  },
  'terminating, but for other paths: no matter': {
    edges: [['targets>a', { terminating: true, paths: ['other/*'] }], ['targets>b']],
    way: 'b',
  },
  'terminating after one that was not: both are seen': {
    edges: [['targets>a'], ['targets>b', once], ['targets>c']],
    way: 'a b',
  },
  'a role that matches nothing, and all below it, is passed over': {
    edges: [['targets>a', { paths: ['*.py'] }], ['targets>b'], ['a>c']],
    way: 'b',
  },
  'a role below that matches nothing is passed over': {
    edges: [['targets>a'], ['targets>b'], ['a>c', { paths: ['*.py'] }], ['c>d']],
    way: 'a b',
  },
  'a role that delegates no path at all is passed over': {
    edges: [['targets>a', { paths: [] }], ['targets>b']],
    way: 'b',
  },
  'a circle ends': {
    edges: [['targets>a'], ['targets>b'], ['b>c'], ['c>d'], ['d>b']],
    way: 'a b c d',
  },
  'a circle of one ends': { edges: [['targets>a'], ['a>a']], way: 'a' },
  'a role that two delegate to is seen once, at the first': {
    edges: [['targets>a'], ['targets>b'], ['b>c'], ['a>c']],
    way: 'a c b',
  },
  'a role that two delegate to is seen where the path matches': {
    edges: [['targets>a'], ['targets>b'], ['b>c'], ['a>c', { paths: ['*.py'] }]],
    way: 'a b c',
  },
  'a diamond': {
    edges: [['targets>a'], ['a>b'], ['a>c'], ['b>d'], ['c>d']],
    way: 'a b d c',
  },
  'the first that lists the target ends the search': {
    edges: [['targets>a'], ['targets>b'], ['targets>c']],
    lists: { b: ['wanted'], c: ['wanted'] },
    way: 'a b !',
  },
  'the top level comes before all delegations': {
    edges: [['targets>a']],
    lists: { targets: ['wanted'], a: ['wanted'] },
    way: '!',
  },
  'a role comes before the roles it delegates to': {
    edges: [['targets>a'], ['a>b']],
    lists: { a: ['wanted'], b: ['wanted'] },
    way: 'a !',
  },
  'a target outside the delegated paths is not found, though listed': {
    edges: [['targets>a', { paths: ['a/*'] }]],
    lists: { a: ['wanted'] },
    way: '',
  },
  'a target outside the paths of one delegation of its chain is not found': {
    edges: [['targets>a', { paths: ['x/*'] }], ['a>b']],
    lists: { b: ['wanted'] },
    way: '',
  },
  'a pattern of folders': {
    edges: [
      ['targets>a', { paths: ['*.doc', '*.md'] }],
      ['targets>b', { paths: ['releases/*/*'] }],
      ['b>c', { paths: ['releases/x/*'] }],
      ['b>d', { paths: ['releases/y/*.zip'] }],
    ],
    lists: { d: ['releases/y/1.zip'] },
    wanted: 'releases/y/1.zip',
    way: 'b d !',
  },
  'a * that does not reach into folders': {
    edges: [
      ['targets>a', { paths: ['*'] }],
      ['targets>b', { paths: ['x/*'] }],
    ],
    lists: { a: ['x/y'], b: ['x/y'] },
    wanted: 'x/y',
    way: 'b !',
  },
  'a ? that is one character': {
    edges: [
      ['targets>a', { paths: ['w?anted'] }],
      ['targets>b', { paths: ['want?d'] }],
    ],
    lists: { b: ['wanted'] },
    way: 'b !',
  },
  'a pattern that minds capitals': {
    edges: [
      ['targets>a', { paths: ['Wanted'] }],
      ['targets>b', { paths: ['wanted'] }],
    ],
    way: 'b',
  },
  'a pattern that matches wholly, not at the beginning': {
    edges: [
      ['targets>a', { paths: ['want'] }],
      ['targets>b', { paths: ['*ted'] }],
    ],
    way: 'b',
  },
  '32 roles and no more': {
    edges: Array.from({ length: 40 }, (_, index) => [`targets>r${index}`]),
    way: Array.from({ length: 32 }, (_, index) => `r${index}`).join(' '),
  },
  'the 32nd role may have the target': {
    edges: Array.from({ length: 40 }, (_, index) => [`targets>r${index}`]),
    lists: { r31: ['wanted'] },
    way: `${Array.from({ length: 32 }, (_, index) => `r${index}`).join(' ')} !`,
  },
};

describe('the search through delegations', () => {
  const scene = conformanceScene();
  for (const [name, graph] of Object.entries(graphs)) {
    it(`goes its way: ${name}`, async () => {
      const { edges, lists = {}, wanted = 'wanted', way } = graph;
      await scene().init();
      build(scene().repository, edges, lists);
      const isFound = way.endsWith('!');
      assert.equal(await scene().download([wanted]), isFound ? 0 : 1);
      assert.equal(scene().fault, isFound ? 'none' : 'search.not-found');
      assert.equal(wayOf(scene().asked), way);
    });
  }
});

function build(
  repository: SimulatedRepository,
  edges: readonly Edge[],
  lists: Readonly<Record<string, readonly string[]>>,
): void {
  for (const [edge, options] of edges) {
    const [from = '', to = ''] = edge.split('>');
    // all delegators name the same keys, those of the first
    const keys = repository.signersOf(to);
    repository.delegate(to, {
      from,
      paths: ['*', '*/*', '*/*/*'],
      ...(keys.length > 0 ? { keys } : {}),
      ...options,
    });
  }
  for (const [role, targets] of Object.entries(lists)) {
    for (const target of targets) repository.addTarget(target, 'content', role);
  }
  repository.publish();
}

/** The delegated roles that were asked for; `!` for a target file. */
function wayOf(asked: string): string {
  return asked
    .split(' ')
    .slice(4)
    .map((each) => (each.startsWith('targets/') ? '!' : each.replace(/^1\./, '')))
    .join(' ');
}
