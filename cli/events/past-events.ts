/**
 * Events that are over, as far as a workspace can tell: one has landed when a commit of main, which was
 * verified, says so of the tip that the server has of it. Any other was withdrawn: by whoever signed
 * that, and else by nobody but the server's word.
 */
import { TufOnGitError } from '../../core/error/error.ts';
import type { ObjectId } from '../../core/git/object-id.ts';
import { ownerOf } from '../../core/metadata/threshold.ts';
import { checkWithdrawal } from '../../core/rules/events/withdrawal.ts';
import { eventOf, eventRefs, pastEventRefs } from '../../core/rules/ref-rules.ts';
import type { Base } from '../workspace/base.ts';
import { stateAt } from '../workspace/commit-state.ts';
import { readEvent, type SigningEvent } from './event.ts';
import type { Project } from '../workspace/project.ts';

export interface PastEvent {
  readonly event: string;
  readonly tip: ObjectId;
  readonly outcome: 'landed' | 'withdrawn';
  /** Of main, by which it landed. */
  readonly commit?: ObjectId;
  readonly time?: Date;
  /** Whose signature withdrew it; absent: the operator, or whoever is not known to main any more. */
  readonly by?: string;
}

/** Asks the server. @param main as it was fetched just now */
export async function pastEvents({ git }: Project, main: Base): Promise<readonly PastEvent[]> {
  const refs = await git.remoteRefs(pastEventRefs);
  const landings = landingsIn(await git.history(main.commit));
  const past: PastEvent[] = [];
  for (const [ref, tip] of refs) {
    const event = ref.slice(pastEventRefs.length);
    if (eventOf(`${eventRefs}${event}`) !== event) continue;
    const landing = landings.get(event);
    if (landing?.tip === tip) past.push({ event, tip, outcome: 'landed', ...landing.at });
    else {
      past.push({ event, tip, outcome: 'withdrawn', ...(await withdrawer(git, main, event, tip)) });
    }
  }
  return past;
}

type History = Awaited<ReturnType<Project['git']['history']>>;

interface Landing {
  readonly tip: string;
  readonly at: Required<Pick<PastEvent, 'commit' | 'time'>>;
}

/** By the trailers that a landing has. */
function landingsIn(history: History): ReadonlyMap<string, Landing> {
  const landings = history.flatMap(({ oid, message, time }) => {
    const [, event = ''] = /^Event: (\S+)$/m.exec(message) ?? [];
    const [, tip] = /^Event-tip: ([0-9a-f]{40})$/m.exec(message) ?? [];
    return tip === undefined ? [] : [[event, { tip, at: { commit: oid, time } }] as const];
  });
  return new Map(landings);
}

async function withdrawer(
  git: Project['git'],
  main: Base,
  name: string,
  tip: ObjectId,
): Promise<Pick<PastEvent, 'by'>> {
  await git.fetchRef(`${pastEventRefs}${name}`);
  try {
    const event = await readEvent(git, main, name, tip);
    const { withdrawal } = event.held;
    if (withdrawal === undefined) return {};
    const state = await stateAt(git, main.commit);
    const faults = await checkWithdrawal(withdrawal, name, event.roles, state);
    return faults.length > 0 ? {} : { by: ownerIn(event, withdrawal.keyid) };
  } catch (error) {
    // What is over may fit to nothing that main has by now.
    if (error instanceof TufOnGitError && !error.code.startsWith('repository.')) return {};
    throw error;
  }
}

function ownerIn({ roles }: SigningEvent, keyid: string): string {
  const signer = roles
    .flatMap(({ authorities }) => authorities)
    .find(({ role }) => role.keyIDs.includes(keyid));
  return signer === undefined ? keyid.slice(0, 8) : ownerOf(signer, keyid);
}
