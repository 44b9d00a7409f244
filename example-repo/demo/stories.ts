import type { Story } from '../kit/story.ts';

/** Loaded when told, so that each runs on its own. */
const milestones: readonly (() => Promise<{ readonly run: Story }>)[] = [
  () => import('../00-baseline/run.ts'),
  () => import('../01-minimal-tuf/run.ts'),
  () => import('../02-timestamps/run.ts'),
  () => import('../03-minimal-uploads/run.ts'),
  () => import('../04-upload-tool/run.ts'),
  () => import('../05-developer-signing/run.ts'),
  () => import('../06-signing-events/run.ts'),
];

/** The story of a milestone, or the demo itself. */
export async function storyOf(milestone: number | undefined): Promise<Story> {
  const load = milestone === undefined ? undefined : milestones[milestone];
  return (await (load ?? (() => import('./story.ts')))()).run;
}
