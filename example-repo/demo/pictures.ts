/** What each milestone runs, as a picture: who is there, which listener, which key. */

interface Milestone {
  readonly title: string;
  readonly picture: (at: Addresses) => readonly string[];
}

export interface Addresses {
  readonly content: string;
  readonly console: string;
}

/** Where the listeners will be. @param port 0: nobody knows yet */
export function addressesAt(port: number): Addresses {
  if (port === 0) return { content: 'a free port', console: 'a free port' };
  return { content: `127.0.0.1:${port}`, console: `127.0.0.1:${port + 1}` };
}

export function titleOf(milestone: number): string {
  return `Milestone ${milestone} · ${milestones[milestone]?.title ?? ''}`;
}

export function pictureOf(milestone: number, at: Addresses): readonly string[] {
  return milestones[milestone]?.picture(at) ?? [];
}

const milestones: readonly Milestone[] = [
  {
    title: 'baseline: files, an index, and trust in whoever serves them',
    picture: ({ content }) => [
      `alice, no key  ◀── index.json, files ──  a web server at ${content}, no key`,
    ],
  },
  {
    title: 'minimal TUF: a root key, an admin key, metadata made by hand',
    picture: ({ content }) => [
      `admin, root key and admin key  ── copies ──▶  a folder`,
      `alice, the root file  ◀── metadata, targets ──  a web server at ${content}, no key`,
    ],
  },
  {
    title: 'timestamps: hand-signed commits, checked and timed by a daemon',
    picture: (at) => [
      ...server(at, {
        senders: ['operator, targets key'],
        doors: 'git on the disk',
        gate: 'no gate',
      }),
      'carol, root key: not here',
    ],
  },
  {
    title: 'minimal uploads: a gate, an API, and a script that signs',
    picture: (at) => [
      ...server(at, {
        senders: ['alice, bob: a token', 'and the one targets key'],
        doors: 'git, upload API',
        gate: 'gate: judges every push',
      }),
      'carol, root key: not here',
    ],
  },
  {
    title: 'upload tool: people sign what their own tool has checked',
    picture: (at) => [
      ...server(at, {
        senders: ['alice, bob: tool, token', 'and the one targets key'],
        doors: 'git, upload API',
        gate: 'gate: judges every push',
      }),
      'carol, root key: not here',
    ],
  },
  {
    title: 'developer signing: a role and a key for each project',
    picture: (at) => [
      ...server(at, {
        senders: ['admin: key of targets', 'alice: of lighthouse', 'bob: of harbour'],
        doors: 'git, upload API',
        gate: 'gate: judges every push',
      }),
      'carol, root key: not here',
    ],
  },
  {
    title: 'signing events: two must sign, and each sees what',
    picture: (at) =>
      server(at, {
        senders: ['3 admins: root, targets', 'alice, bob, carol: two', 'keys for each project'],
        doors: 'git, upload API',
        gate: 'gate: judges every push',
      }),
  },
];

interface Sides {
  /** Who sends, at most three lines. */
  readonly senders: readonly string[];
  readonly doors: string;
  readonly gate: string;
}

function server({ content, console }: Addresses, { senders, doors, gate }: Sides): string[] {
  const [first = '', second = '', third = ''] = senders;
  const rows = [
    ['', '    ', `┌${'─'.repeat(inside)}┐`],
    [first, ' ──▶', box(`${doors}, console: ${console}`)],
    [second, '    ', box(`  ${gate}; no key`)],
    [third, '    ', box('  main ─▶ daemon ─▶ signer: key in an HSM')],
    ['', '    ', box('          snapshot, timestamp ◀──┘')],
    ['downloader: a root file', ' ◀──', box(`metadata, targets: ${content}`)],
    ['', '    ', `└${'─'.repeat(inside)}┘`],
  ] as const;
  return rows.map(([left, arrow, right]) => `${left.padEnd(24)}${arrow} ${right}`);
}

const inside = 46;

function box(text: string): string {
  return `│ ${text.padEnd(inside - 1)}│`;
}
