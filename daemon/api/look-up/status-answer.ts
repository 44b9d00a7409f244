/** Where `main` is, what is published, and what expires when. */
import type { Context } from 'koa';
import { z } from 'zod';
import { factsOf } from '../../../core/metadata/packed-targets.ts';
import { mainRef } from '../../../core/rules/ref-rules.ts';
import type { Parts } from '../../parts.ts';
import type { Generation } from '../../record/generation.ts';
import { badParameter, oneOf } from '../page.ts';
import type { Operation } from '../route.ts';

export interface StatusParts extends Pick<Parts, 'git' | 'clock' | 'expiries'> {
  /** Where clients read, without a slash at its end. */
  readonly contentUrl: string;
}

/** So many roles are named that expire next. */
const mostNext = 20;

const commit = z.string();
const roleSchema = z.object({
  role: z.string(),
  version: z.int(),
  expires: z.string(),
  expired: z.boolean(),
  signFrom: z
    .string()
    .optional()
    .describe('When people should sign its next version; of roles that people sign'),
  signingDue: z.boolean().optional().describe('True from then on'),
});
type RoleStatus = z.infer<typeof roleSchema>;

const statusSchema = z.object({
  contentUrl: z.url().describe('Where clients read: the URL above /metadata and /targets'),
  main: commit.describe('The tip of main, to base changes on'),
  commit: commit.describe('The commit that is published'),
  validAt: z.string(),
  next: z.array(roleSchema).describe(`What expires next, soonest first: ${mostNext} roles at most`),
  roles: z.array(roleSchema).optional().describe('All of them; absent with `only=next`'),
});

export async function statusAnswer(
  { git, clock, expiries, contentUrl }: StatusParts,
  generation: Generation,
  query: Context['query'],
): Promise<z.infer<typeof statusSchema>> {
  const validAt = instantOf(oneOf(query, 'validAt')) ?? clock.now();
  const signFrom = new Map(expiries.deadlines().map((each) => [each.role, each.signFrom]));
  const roles = versionsOf(generation).map(([role, { version, expires }]) => ({
    role,
    version,
    expires,
    expired: new Date(expires) <= validAt,
    ...signingAt(signFrom.get(role), validAt),
  }));
  const { commit: published } = generation.record;
  return {
    contentUrl,
    main: (await git.resolveRef(mainRef)) ?? published,
    commit: published,
    validAt: validAt.toISOString(),
    next: soonest(roles),
    ...(isNextOnly(query) ? {} : { roles }),
  };
}

interface Versioned {
  readonly version: number;
  readonly expires: string;
}

function versionsOf({ record, repository }: Generation): readonly (readonly [string, Versioned])[] {
  return [
    ['root', repository.root.signed],
    ['snapshot', record.snapshot.signed],
    ['timestamp', record.timestamp.signed],
    ...[...repository.roles.values()].map(
      ({ name, document }) => [name, factsOf(document)] as const,
    ),
  ];
}

function signingAt(signFrom: Date | undefined, at: Date) {
  return signFrom && { signFrom: signFrom.toISOString(), signingDue: signFrom <= at };
}

function soonest(roles: readonly RoleStatus[]): RoleStatus[] {
  const expiry = ({ expires }: RoleStatus) => Date.parse(expires);
  return roles.toSorted((one, other) => expiry(one) - expiry(other)).slice(0, mostNext);
}

function isNextOnly(query: Context['query']): boolean {
  const only = oneOf(query, 'only');
  if (only !== undefined && only !== 'next') throw badParameter('only', 'it is `next`, or absent');
  return only === 'next';
}

function instantOf(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  if (z.iso.datetime().safeParse(text).success) return new Date(text);
  throw badParameter('validAt', 'it is an instant, as 2030-01-31T00:00:00Z');
}

export const getStatus: Operation = {
  id: 'getStatus',
  summary: 'Where main is, what is published, and what expires when',
  parameters: [
    {
      in: 'query',
      name: 'validAt',
      description: 'Say what is expired then; now by default',
      schema: z.iso.datetime(),
    },
    {
      in: 'query',
      name: 'only',
      description: '`next` leaves out the list of all roles, of which there may be many',
      schema: z.literal('next'),
    },
  ],
  answers: { 200: { description: 'The status', body: statusSchema } },
};
