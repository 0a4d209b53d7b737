/**
 * What another tool or person did to the canary's share of a workload: to the weights, a selector, a Service, or the
 * number of pods.
 */

import { onCluster, targetName } from '../service/target.ts';
import { differs, expectedPercent, isOutgrown, nobodyIn, type ReceivedShare } from '../workload/received-share.ts';
import type { Deployment } from './deployment.ts';
import type { ExternalMove } from './moved-by-others.ts';
import { mayBeOwnMove } from './traffic-record.ts';

export interface LedElsewhere {
  readonly stable: string;
  readonly canary: string;
  readonly share: ReceivedShare;
}

/**
 * Returns null when the calls are led as recorded, apart from rounding. Also returns null when the timeline already
 * tells it, and when it may be Slipway's own move.
 *
 * Pods that are not ready count as ready here: the judge looks at them, and they are no intrusion. More pods of stable
 * by an autoscaler are no intrusion either.
 */
export function intrusionOnCluster(deployment: Deployment, found: LedElsewhere): ExternalMove | null {
  const { spec, atPercent, progress, liveRevision } = deployment;
  const { led, precision, strangers } = found.share;
  const target = onCluster(spec.target);
  if (target === null || liveRevision === null) return null;
  const percent = expectedPercent(target, atPercent);
  if (!differs(led, { precision, percent }) || isOutgrown(led, { target, percent })) return null;
  const key = ledInWords(found);
  const isBetweenTwo = led.others === 0 && nobodyIn(led) === 0;
  if (key === progress.others || (isBetweenTwo && mayBeOwnMove(deployment, led.canary))) return null;
  const where = `The calls of workload ${targetName(target)} are not led as recorded: ${key}`;
  const others = strangers.length === 0 ? '' : ` Pods such as ${strangers.join(', ')} get calls: correct the selector.`;
  const fact = `${where}, and Slipway had given version ${found.canary} ${atPercent} %.${others}`;
  const seen = { percent: led.canary, key, fact, isRecordKept: true } as const;
  return { kind: isBetweenTwo && led.canary === 0 ? 'home' : 'shared', ...seen };
}

function ledInWords({ stable, canary, share: { led } }: LedElsewhere): string {
  const parts: [number, string][] = [
    [led.stable, `on version ${stable}`],
    [led.canary, `on version ${canary}`],
    [led.others, 'on pods of neither version'],
    [nobodyIn(led), 'lead to no pod'],
  ];
  return parts
    .filter(([percent]) => percent > 0)
    .map(([percent, where]) => `${Math.round(percent * 10) / 10} % ${where}`)
    .join(', ');
}
