import { writeFileSync } from 'node:fs';
import { openBareRepository } from '../../../core/git/binary/bare-repository.ts';
import { isObjectId, objectId } from '../../../core/git/object-id.ts';

/** What the hook below could read of one ref of a push. */
export interface Sighting {
  readonly ref: string;
  readonly messages: readonly string[];
  /** Path → text of each new file. */
  readonly files: Readonly<Record<string, string>>;
  /** Whether the tip can be read only with the quarantine's variables. */
  readonly isQuarantined: boolean;
}

/** A pre-receive hook that accepts all and reports what it saw; it ends because it closes. */
async function main(report: string): Promise<void> {
  const inside = openBareRepository(process.cwd(), { quarantine: process.env });
  const outside = openBareRepository(process.cwd());
  const sightings: Sighting[] = [];
  for (const line of (await standardInput()).trim().split('\n')) {
    const [old = '', tip = '', ref = ''] = line.split(' ');
    const before = isObjectId(old) ? old : undefined;
    const commits = await inside.commitsBetween(before, objectId(tip));
    const changes = await inside.changes(before, objectId(tip));
    const files = await Promise.all(
      changes.flatMap(({ path = '', after }) =>
        after?.type === 'blob'
          ? [inside.blob(after.oid, 1000).then((bytes) => [path, bytes.toString('utf8')])]
          : [],
      ),
    );
    sightings.push({
      ref,
      messages: commits.map(({ message }) => message.trim()),
      files: Object.fromEntries(files) as Record<string, string>,
      isQuarantined: (await outside.info(objectId(tip))) === undefined,
    });
  }
  await Promise.all([inside.close(), outside.close()]);
  writeFileSync(report, JSON.stringify(sightings));
}

async function standardInput(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) text += String(chunk);
  return text;
}

void main(process.argv[2] ?? '');
