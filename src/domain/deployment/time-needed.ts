/** How long a rollout may take by its own spec. The deadline must not cut off anything that the spec promises. */
import { type Duration, durationMs } from '../duration.ts';
import type { ServiceSpec, Target } from '../service/service-spec.ts';
import { bakesMs, planSteps, type Step } from '../service/strategy.ts';
import { onCluster } from '../service/target.ts';
import { EXTENSIONS_MAX } from './rollout.ts';

/** The longest deadline that a spec can have. */
export const DEADLINE_HOURS_MAX = 7 * 24;

export type TimedSpec = Pick<ServiceSpec, 'strategy' | 'noData' | 'hooks'> & { readonly target?: Target | undefined };

export interface TimeNeeded {
  readonly totalMs: number;
  /** The parts of the total, without parts that take no time. */
  readonly parts: readonly { readonly what: string; readonly ms: number }[];
}

const MINUTE_MS = 60_000;
/** The state machine ends the hooks of a phase after this time. */
const HOOKS_MS = 5 * MINUTE_MS;

/** Assumes the longest time for each part: an approval may come in its last second, and every bake may be extended. */
export function timeNeeded({ strategy, noData, hooks, target }: TimedSpec): TimeNeeded {
  const steps = planSteps(strategy);
  const phases = [hooks.beforeTraffic, hooks.afterTraffic].filter((phase) => phase.length > 0);
  const readyWithin = onCluster(target)?.readyWithin ?? null;
  const parts = [
    { what: 'bakes', ms: bakesMs(steps) },
    { what: 'approvals', ms: approvalsMs(steps) },
    { what: 'bakes that noData: extend may prolong', ms: noData === 'extend' ? extensionsMs(steps) : 0 },
    { what: 'hooks', ms: phases.length * HOOKS_MS },
    { what: 'pods that get ready', ms: readyWithin === null ? 0 : podsMs(steps, readyWithin) },
    { what: 'tasks of Slipway', ms: readyWithin === null ? MINUTE_MS : (changes(steps) + 1) * MINUTE_MS },
  ].filter(({ ms }) => ms > 0);
  return { totalMs: parts.reduce((sum, { ms }) => sum + ms, 0), parts };
}

/** How long each change of a weight may take because pods become ready; null for a target without pods. */
export function podsTime(
  target: Target | undefined,
): { readonly readyMs: number; readonly mixesVersions: boolean } | null {
  const cluster = onCluster(target);
  if (cluster === null) return null;
  // A rolling update sends calls to both versions on its way to all calls.
  return { readyMs: durationMs(cluster.readyWithin), mixesVersions: cluster.route.kind === 'rolling' };
}

function approvalsMs(steps: readonly Step[]): number {
  return steps.reduce((sum, step) => sum + ('approve' in step ? durationMs(step.approve.within) : 0), 0);
}

/** An inconclusive judge step repeats the bake directly before it; without such a bake it rolls back. */
function extensionsMs(steps: readonly Step[]): number {
  return steps.reduce((sum, step, index) => {
    const before = steps[index - 1];
    const isProlonged = 'judge' in step && before !== undefined && 'bake' in before;
    return sum + (isProlonged ? EXTENSIONS_MAX * durationMs(before.bake) : 0);
  }, 0);
}

/** On a cluster each weight waits for pods, and then the promotion does. */
function podsMs(steps: readonly Step[], readyWithin: Duration): number {
  return changes(steps) * durationMs(readyWithin);
}

function changes(steps: readonly Step[]): number {
  return steps.filter((step) => 'setWeight' in step).length + 1;
}
