import {
  eventBranches,
  readMainTip,
  readStanding,
  type EventStanding,
} from '../../../core/gate/events/read-event.ts';
import { TufOnGitError } from '../../../core/error/error.ts';
import { isObject, type JsonValue } from '../../../core/metadata/json.ts';
import { eventRefs, mainRef } from '../../../core/rules/ref-rules.ts';
import type { Parts } from '../../parts.ts';

/**
 * Whether an open signing event lists a file: whoever is asked to sign that has to see the file first.
 * @param sha256 in lower-case hex
 */
export async function isListedInEvent(git: Parts['git'], sha256: string): Promise<boolean> {
  const [refs, main] = [await git.listRefs(eventRefs), await git.resolveRef(mainRef)];
  if (refs.length === 0 || main === undefined) return false;
  const tip = await readMainTip(git, main);
  for (const branch of eventBranches(refs)) {
    try {
      if (lists(await readStanding(git, branch, tip), sha256)) return true;
    } catch (error) {
      if (!(error instanceof TufOnGitError)) throw error; // else it could not land, and lists nothing
    }
  }
  return false;
}

function lists({ roles }: EventStanding, sha256: string): boolean {
  return roles.some(({ document }) => {
    const targets = document?.signedJson['targets'];
    if (!isObject(targets)) return false;
    return Object.values(targets).some((target) => hashOf(target) === sha256);
  });
}

function hashOf(target: JsonValue): JsonValue | undefined {
  const hashes = isObject(target) ? target['hashes'] : undefined;
  return isObject(hashes) ? hashes['sha256'] : undefined;
}
