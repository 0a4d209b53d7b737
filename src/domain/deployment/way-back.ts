/** How a deployment ends whose traffic cannot be put back. */

import { sentence } from '../sentence.ts';
import type { Deployment } from './deployment.ts';
import type { EntryDraft } from './timeline.ts';

/** Why the version that an undo is about was found without calls: the rollout after it had promoted its own. */
export const OUTGROWN = 'A deployment after it had led its calls elsewhere.';

/** The end of a deployment that is on its way back and cannot get there: a person is paged. */
export function wayBackLost(
  goingBack: Deployment,
  {
    way,
    now,
  }: { readonly way: { readonly inOtherHands: string } | { readonly noWayBack: string }; readonly now: number },
): { readonly deployment: Deployment; readonly entries: readonly EntryDraft[] } {
  const why = goingBack.because === null ? '' : `${sentence(goingBack.because)} `;
  if ('noWayBack' in way) {
    const lost = `${way.noWayBack} There is nothing to go back to: deploy a version that works, now.`;
    return {
      deployment: { ...goingBack, status: 'failed', settledAt: now, because: lost },
      entries: [{ kind: 'DeploymentFailed', by: 'slipway', because: `${why}${lost}` }],
    };
  }
  const { inOtherHands } = way;
  return {
    deployment: { ...goingBack, status: 'failed', settledAt: now, because: inOtherHands },
    entries: [
      // Told already, by the minute's look or before.
      ...(goingBack.progress.others === undefined
        ? [{ kind: 'TrafficMovedByOthers', by: 'slipway', because: inOtherHands } as const]
        : []),
      {
        kind: 'DeploymentFailed',
        by: 'slipway',
        because: `${why}The traffic was left as others had put it.`,
      },
    ],
  };
}
