/** Ends a deployment whose rollback is impossible. */

import { sentence } from '../sentence.ts';
import type { Deployment, Progress } from './deployment.ts';
import type { EntryDraft } from './timeline.ts';

/** Why the version that is undone had no calls: the deployment after it had promoted its own version. */
export const OUTGROWN = 'A deployment after it had led its calls elsewhere.';

/** The end of a deployment that is rolling back and cannot finish. Slipway pages a person. */
export function wayBackLost(
  goingBack: Deployment,
  {
    way,
    now,
  }: { readonly way: { readonly inOtherHands: string } | { readonly noWayBack: string }; readonly now: number },
): { readonly deployment: Deployment; readonly entries: readonly EntryDraft[] } {
  // Another tool or person may have moved calls, so it is not certain any more that no call moved.
  const lost = { ...goingBack, status: 'failed', settledAt: now, progress: notCertain(goingBack) } as const;
  const why = goingBack.because === null ? '' : `${sentence(goingBack.because)} `;
  if ('noWayBack' in way) {
    const because = `${way.noWayBack} There is nothing to go back to: deploy a version that works, now.`;
    return {
      deployment: { ...lost, because },
      entries: [{ kind: 'DeploymentFailed', by: 'slipway', because: `${why}${because}` }],
    };
  }
  const { inOtherHands } = way;
  return {
    deployment: { ...lost, because: inOtherHands },
    entries: [
      // The timeline already tells it, by `observeRollouts` or by an earlier task.
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

function notCertain({ progress }: Deployment): Progress {
  return { ...progress, isUnmoved: undefined };
}
