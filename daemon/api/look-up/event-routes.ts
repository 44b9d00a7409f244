/** Signing events that are open, and how far each has got. */
import { z } from 'zod';
import { fault } from '../../../core/error/error.ts';
import {
  eventBranches,
  readMainTip,
  readStanding,
  type EventBranch,
  type MainTip,
} from '../../../core/gate/events/read-event.ts';
import { isComplete, roleStatuses } from '../../../core/rules/events/event-roles.ts';
import type { SignatureStatus } from '../../../core/rules/signature-status.ts';
import { standingLines } from '../../../core/rules/events/event-words.ts';
import { eventRefs, mainRef } from '../../../core/rules/ref-rules.ts';
import { findingOf } from '../../../core/rules/verdict.ts';
import type { Parts } from '../../parts.ts';
import { pageOf, pageParameters } from '../page.ts';
import { roleChangeSchema } from '../role-changes.ts';
import { Refusal } from '../problems.ts';
import type { Admittance, ApiRoute } from '../route.ts';
import { eventChanges } from './event-changes.ts';

const listedSchema = z.object({ name: z.string(), tip: z.string() });

const eventSchema = listedSchema.extend({
  base: z.string(),
  main: z.string(),
  complete: z.boolean(),
  roles: z.array(
    z.object({
      role: z.string(),
      version: z.int(),
      threshold: z.int(),
      signed: z.array(z.string()),
      missing: z.array(z.string()),
      keysOfRoot: z
        .int()
        .optional()
        .describe('Of root, which is there twice: the version whose keys these are'),
    }),
  ),
  lines: z.array(z.string()).describe('The same in words'),
  changes: z
    .array(roleChangeSchema.extend({ words: z.array(z.string()).describe('All of it, in words') }))
    .describe('What landing it would change, 100 roles at most'),
  moreRoles: z.int().optional().describe('How many roles more it would change'),
});

/** @param scope what it takes to read */
export function eventRoutes(
  { git, clock }: Pick<Parts, 'git' | 'clock'>,
  scope: Admittance,
): readonly ApiRoute[] {
  const branches = async () => eventBranches(await git.listRefs(eventRefs));
  return [
    {
      method: 'get',
      path: '/events',
      scope,
      operation: {
        id: 'listEvents',
        summary: 'Open signing events',
        parameters: pageParameters,
        answers: {
          200: {
            description: 'A page',
            body: z.object({ events: z.array(listedSchema), cursor: z.string().optional() }),
          },
        },
      },
      handle: async ({ ctx }) => {
        const { items, cursor } = pageOf(await branches(), ({ name }) => name, ctx.query);
        ctx.body = { events: items.map(({ name, tip }) => ({ name, tip })), ...cursor };
      },
    },
    {
      method: 'get',
      path: '/events/{name}',
      scope,
      operation: {
        id: 'getEvent',
        summary: 'What a signing event changes, who has signed it and who has not',
        parameters: [{ in: 'path', name: 'name', description: 'Its name', schema: z.string() }],
        answers: {
          200: { description: 'The event', body: eventSchema },
          404: { description: 'No such event is open', body: 'problem' },
          422: { description: 'It cannot be read beside what main is now', body: 'problem' },
        },
      },
      handle: async ({ ctx, params }) => {
        const branch = (await branches()).find(({ name }) => name === params['name']);
        const main = await git.resolveRef(mainRef);
        if (branch === undefined || main === undefined) {
          const message = 'no such event is open';
          throw new Refusal(404, [fault('change.not-found', 'name', message)]);
        }
        ctx.body = await standingOf(git, branch, await readMainTip(git, main), clock.now());
      },
    },
  ];
}

async function standingOf(
  git: Parts['git'],
  branch: EventBranch,
  main: MainTip,
  now: Date,
): Promise<z.infer<typeof eventSchema>> {
  try {
    const standing = await readStanding(git, branch, main);
    const { event, roles } = standing;
    return {
      name: event.name,
      tip: event.tip,
      base: event.base,
      main: event.main,
      complete: isComplete(roles),
      roles: roles.flatMap(roleStatuses).map(statusAnswer),
      lines: [...standingLines(standing, main.policy.land)],
      ...(await eventChanges(event.candidate, roles, now)),
    };
  } catch (error) {
    throw new Refusal(422, [findingOf(error)]);
  }
}

function statusAnswer({
  role,
  version,
  threshold,
  signed,
  missing,
  keysOfRoot,
}: SignatureStatus): z.infer<typeof eventSchema>['roles'][number] {
  const whose = keysOfRoot === undefined ? {} : { keysOfRoot };
  return { role, version, threshold, signed: [...signed], missing: [...missing], ...whose };
}
