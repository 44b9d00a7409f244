/** `GET /health`: how the daemon is, and its signer, for people who look at the page. */
import { z } from 'zod';
import type { Parts } from '../../parts.ts';
import { readinessOf } from '../../readiness.ts';
import type { Admittance, ApiRoute } from '../route.ts';

const finding = z.object({
  code: z.string(),
  where: z.string(),
  message: z.string(),
  hint: z.string().optional(),
});
const instant = z.iso.datetime();

const healthSchema = z.object({
  ready: z.boolean(),
  reasons: z.array(finding).describe('Why it is not ready: every alarm, with what to do'),
  startedAt: instant.describe('Of the daemon'),
  waitingCommits: z.int().describe('Commits of main that are good and not published yet'),
  waitingEvents: z.int().describe('Signing events that lack signatures'),
  expiring: z
    .array(z.object({ role: z.string(), version: z.int(), expires: z.string() }))
    .describe('Roles that people should sign anew, soonest first; 100 at most'),
  generation: z
    .object({
      commit: z.string(),
      snapshot: z.int(),
      timestamp: z.int(),
      publishedAt: instant,
      expires: z.string(),
    })
    .optional()
    .describe('What clients see; absent before the first'),
  signer: z.object({
    alive: z.boolean().describe('It answers, be it by a refusal'),
    since: instant.optional().describe('It has been so since then'),
    answeredAt: instant.optional(),
    runs: z.enum(['process', 'service']).describe('As a process of the daemon, or by itself'),
    keys: z.array(
      z.object({
        keyid: z.string(),
        scheme: z.string(),
        fingerprint: z.string().describe('SHA-256 of the SubjectPublicKeyInfo'),
        place: z.enum(['token', 'file']).optional().describe('As the signer says'),
      }),
    ),
    failure: finding.optional().describe('Why the last request failed, if it did'),
  }),
});

type HealthParts = Pick<
  Parts,
  | 'publisher'
  | 'alarms'
  | 'reconciliation'
  | 'expiries'
  | 'eventWatch'
  | 'clock'
  | 'signerHealth'
  | 'onlineKeys'
  | 'home'
>;

/** @param scope what it takes to read */
export function healthRoute(parts: HealthParts, scope: Admittance): ApiRoute {
  const startedAt = parts.clock.now().toISOString();
  return {
    method: 'get',
    path: '/health',
    scope,
    operation: {
      id: 'getHealth',
      summary: 'How the daemon and its signer are',
      description: 'It answers 200 however they are: `/readyz` is for machines.',
      answers: { 200: { description: 'Their health', body: healthSchema } },
    },
    handle: ({ ctx }) => {
      const { reasons, expiring, ...readiness } = readinessOf(parts, parts.clock.now());
      ctx.body = {
        ...readiness,
        reasons: [...reasons],
        expiring: [...expiring],
        startedAt,
        waitingEvents: parts.eventWatch.waiting,
        signer: signerAnswer(parts),
      } satisfies z.infer<typeof healthSchema>;
      return Promise.resolve();
    },
  };
}

function signerAnswer({
  signerHealth,
  onlineKeys,
  home,
}: HealthParts): z.infer<typeof healthSchema>['signer'] {
  const { isAlive, since, answeredAt, failure } = signerHealth.state;
  return {
    alive: isAlive,
    ...(since === undefined ? {} : { since: since.toISOString() }),
    ...(answeredAt === undefined ? {} : { answeredAt: answeredAt.toISOString() }),
    runs: home.config.signerSocket === undefined ? 'process' : 'service',
    keys: (onlineKeys.held ?? []).map(({ keyid, scheme, fingerprint }) => {
      const place = signerHealth.placeOf(keyid);
      return { keyid, scheme, fingerprint, ...(place === undefined ? {} : { place }) };
    }),
    ...(failure === undefined ? {} : { failure }),
  };
}
