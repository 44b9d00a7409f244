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

export const lastMilestone = milestones.length - 1;

export async function storyOf(milestone: number): Promise<Story> {
  const load = milestones[milestone];
  if (load === undefined) throw new RangeError(`there is no milestone ${milestone}`);
  return (await load()).run;
}
