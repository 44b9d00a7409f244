/**
 * The attack table: what each milestone is to come to, attack by attack. Runs are held against it.
 *
 * `F` the victim is fooled · `R code` it refuses, with a code that begins like this · `T` it is fooled
 * until the timestamp's life is over, and refuses then · `L` the attacker gets what the milestone's
 * page names, and no more · `N` it is never published · `P` what was wanted is put on what the others
 * have made meanwhile · `–` there is no such thing in this milestone.
 */
export interface Row {
  readonly row: string;
  readonly attack: string;
  /** Of milestones 0 to 6. */
  readonly cells: readonly string[];
  /** Where the attackers' programs are, below `example-repo/`, those of earlier milestones first. */
  readonly programs: readonly string[];
}

const storage = 'kit/tampered-storage.ts';
const old = 'kit/old-sets.ts';
const baseline = '00-baseline/run.ts';
const whoever = '00-baseline/whoever-writes.ts';
const server = '01-minimal-tuf/on-the-server.ts';
const door = 'kit/door-attacks.ts';
const uploads = 'kit/upload-attacks.ts';

export const table: readonly Row[] = [
  of(
    'A1',
    'an artifact is swapped on the storage or on the way',
    'F R:target.hash*6',
    baseline,
    storage,
  ),
  of('A2', 'artifact and metadata are edited together', 'F R:role.threshold*6', whoever, storage),
  of('A3', 'answers that never end', 'F R:download.*6', whoever, storage),
  of(
    'A4',
    'an old set to a client that saw a newer one',
    'F R:rollback.*6',
    baseline,
    '01-minimal-tuf/old-sets.ts',
    old,
  ),
  of('A5', 'an old set to a fresh client', 'F F T*5', whoever, '01-minimal-tuf/old-sets.ts', old),
  of('A6', 'freeze: the same set for ever', 'F F T*5', whoever, '01-minimal-tuf/old-sets.ts', old),
  of('A7', 'mix and match of two sets', 'F R:version. R:metadata.*5', whoever, storage),
  of('A8', 'one version is served as another', 'F R:target.hash*6', baseline, storage),
  of('A9', 'a file that no metadata names', 'F R:search.not-found*6', baseline, storage),
  of(
    'A10',
    'a target path that leaves the folder',
    'R:path.form R:search.not-found N:path.form R:path.form*4',
    baseline,
    server,
    '02-timestamps/bad-commits.ts',
    door,
  ),
  of(
    'A11',
    "an intruder owns the server's disk and git, without keys",
    'F R:role.threshold*6',
    whoever,
    'attacks/a11-owns-the-disk.ts',
  ),
  of(
    'A12',
    'an intruder runs on the live server and uses its signer',
    'F F L*5',
    whoever,
    server,
    'attacks/a12-uses-the-signer.ts',
  ),
  of(
    'A13',
    "a later copy of the server's disk",
    '– – R:signer.token*5',
    'attacks/a13-copy-of-the-disk.ts',
  ),
  of(
    'A14',
    'fast-forward with a stolen online key, then recovery',
    '– F R:role.threshold*5',
    server,
    'attacks/a14-fast-forward.ts',
  ),
  of(
    'A15',
    'the server is restored from an old backup',
    'F F R:publish.below-floor*5',
    whoever,
    server,
    'attacks/a15-old-backup.ts',
  ),
  of(
    'A16',
    'bad metadata is sent without a key',
    'F F N R:role.threshold*4',
    whoever,
    server,
    '02-timestamps/bad-commits.ts',
    door,
  ),
  of('A17', 'bad metadata is written into git on the server', '– – N*5', 'kit/never-published.ts'),
  of(
    'A18',
    'an upload that was cut half-way',
    'F F R*5',
    whoever,
    server,
    'attacks/a18-cut-push.ts',
    uploads,
  ),
  of(
    'A19',
    'two uploads at once',
    'F F F R:change.stale P*3',
    'attacks/a19-last-writer-wins.ts',
    '03-minimal-uploads/two-at-once.ts',
    'attacks/a19-two-at-once.ts',
  ),
  of('A20', 'an upload token is stolen', '– – – L*4', uploads),
  of('A21', "somebody else's, or an unsigned, upload is read", '– – – R*4', uploads),
  of(
    'A22',
    'the server lies to the person who signs',
    '– F F F R*3',
    '01-minimal-tuf/releases.ts',
    '02-timestamps/releases.ts',
    '03-minimal-uploads/signs-anything.ts',
    'attacks/a22-signs-what-it-checked.ts',
  ),
  of(
    'A23',
    'a file changes between review and signing',
    'F*4 R*3',
    'attacks/a23-file-changes.ts',
    'attacks/a22-signs-what-it-checked.ts',
  ),
  of(
    'A24',
    "the targets admin's key is stolen",
    '– F*5 R:role.threshold',
    'attacks/a24-one-key-for-all.ts',
    '05-developer-signing/stolen-admin-key.ts',
    '06-signing-events/one-alone.ts',
  ),
  of(
    'A25',
    "a developer's key aims at another project",
    '– F*4 R:path.*2',
    'attacks/a24-one-key-for-all.ts',
    '05-developer-signing/stolen-developer-key.ts',
    '06-signing-events/stolen-team.ts',
  ),
  of(
    'A26',
    "a developer's key aims at the own project",
    '– F*4 L R:role.threshold',
    'attacks/a24-one-key-for-all.ts',
    '05-developer-signing/stolen-developer-key.ts',
    '06-signing-events/one-alone.ts',
  ),
  of(
    'A27',
    'a rogue root admin below the threshold',
    '– F*5 R:root.threshold',
    'attacks/a27-rogue-root-admin.ts',
    '06-signing-events/one-alone.ts',
  ),
  of(
    'A28',
    'one key under two key ids',
    '– – – – – – R:key.same-key',
    '06-signing-events/one-alone.ts',
  ),
  of(
    'A29',
    'a departed developer signs',
    '– F*4 R:signature.unauthorised*2',
    'attacks/a24-one-key-for-all.ts',
    '05-developer-signing/stolen-developer-key.ts',
    '06-signing-events/stolen-team.ts',
  ),
  of(
    'A30',
    'an abandoned event is completed later',
    '– – – – – – R:event.withdrawn',
    '06-signing-events/withdrawn.ts',
  ),
  of(
    'A31',
    'a maintainer fills the snapshot, or lets the role expire',
    '– – – – – L*2',
    'attacks/a31-own-role-only.ts',
  ),
  of(
    'A32',
    "a role shadows another's targets",
    '– – – – – R:path.shadows*2',
    '05-developer-signing/stolen-admin-key.ts',
    '06-signing-events/one-alone.ts',
  ),
  of(
    'A33',
    'hostile names: HTML, terminal escapes',
    'F F N R*4',
    'attacks/a33-hostile-names.ts',
    '02-timestamps/bad-commits.ts',
    'kit/door-attacks.ts',
  ),
  of('A34', 'the server serves a lying page', '– – F*5', 'attacks/a34-lying-page.ts'),
  of(
    'A35',
    'metadata of another repository under the same keys, to our client',
    '– F R:role.other-repository*5',
    'attacks/a35-other-repository.ts',
    'kit/door-attacks.ts',
  ),
  of(
    'A36',
    "a whole team's keys are stolen",
    '– F*4 L*2',
    'attacks/a24-one-key-for-all.ts',
    '05-developer-signing/stolen-developer-key.ts',
    '06-signing-events/stolen-team.ts',
  ),
  of(
    'A37',
    '"I never pushed that"',
    'F F F R:publish.record*4',
    'attacks/a37-nobody-knows-who.ts',
    '02-timestamps/releases.ts',
    'attacks/a37-who-sent-it.ts',
  ),
];

/** Measured, too, and no promise of ours: what other clients come to. */
export const besides: readonly Row[] = [
  of(
    'A35 tuf-js',
    'the same to another client: nothing in TUF names a repository',
    '– F*6',
    'attacks/a35-other-repository.ts',
  ),
];

/** @param cells of milestones 0 to 6: `F R:code*6` stands for F, then six times R with that code */
function of(row: string, attack: string, cells: string, ...programs: readonly string[]): Row {
  const all = cells.split(' ').flatMap((text) => {
    const [, cell = '', times = '1'] = /^(.*?)(?:\*(\d))?$/.exec(text) ?? [];
    return Array.from({ length: Number(times) }, () => cell.replace(':', ' '));
  });
  if (all.length !== 7) throw new RangeError(`${row} has ${all.length} cells`);
  return { row, attack, cells: all, programs: programs.filter((program) => program !== '') };
}
