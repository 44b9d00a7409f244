import assert from 'node:assert/strict';
import type { JsonObject } from '../../core/metadata/json.ts';
import { eventPushes, makeTeams, type EventPushes } from './signing-events.ts';
import { workspaces, type MaintainerWorkspace, type Workspaces } from './workspaces.ts';

/** Workspaces of a repository as `makeTeams` has it, and somebody who pushes by hand. */
export interface EventWorkspaces {
  readonly kit: Workspaces;
  readonly pushes: EventPushes;
  /** The text of a file as the server has it on an event. */
  onEvent(event: string, file: string): Promise<string>;
}

export async function eventWorkspaces(policy: JsonObject = {}): Promise<EventWorkspaces> {
  const kit = await workspaces();
  const pushes = eventPushes(kit.gated.clone);
  const teams = await pushes.pushMain((tree) => {
    makeTeams(tree, policy);
  });
  assert.equal(teams.status, 0, teams.stderr);
  return {
    kit,
    pushes,
    onEvent: (event, file) => kit.gated.sandbox.ok(['show', `sign/${event}:${file}`]),
  };
}

/** Adds a release of alice's project and signs it, so that one more signature is missing. */
export async function draftRelease(
  work: MaintainerWorkspace,
  version: string,
  content = `tool ${version}`,
): Promise<string> {
  const target = `alice-project/tool/${version}/tool.tgz`;
  await work.ok('add', target, await work.file(`tool-${version}`, content), '--role', 'alice');
  await work.refused(4, 'workspace.waiting', 'sign', '--yes');
  return target;
}
