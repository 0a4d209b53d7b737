/** Brings a candidate into the form of a service spec. */

import { timeNeeded } from '../../domain/deployment/time-needed.ts';
import { durationMs } from '../../domain/duration.ts';
import { SEQUENTIAL_DEFAULTS } from '../../domain/service/sequential-defaults.ts';
import type { SequentialJudge, ServiceSpec } from '../../domain/service/service-spec.ts';
import type { Step } from '../../domain/service/strategy.ts';
import { type Candidate, totalMinutes } from './asked.ts';

/** Without alarms: the promise is about the judge alone. */
export function proposedSpec(spec: ServiceSpec, candidate: Candidate): ServiceSpec {
  const proposed = { ...spec, alarms: [], strategy: strategyOf(candidate), judge: judgeOf(spec, candidate) };
  return { ...proposed, deadline: deadlineFor(proposed, candidate) };
}

export function strategyOf({ weights, bakeMinutes }: Candidate): Step[] {
  return weights.flatMap((setWeight): Step[] => [{ setWeight }, { bake: { minutes: bakeMinutes } }, { judge: {} }]);
}

/** Keeps the spec's own judge if it is a sequential one, but the period of the evidence is one minute. */
export function judgeOf(
  { judge }: Pick<ServiceSpec, 'judge'>,
  { alphaPercent, harmRatio }: Candidate,
): SequentialJudge {
  const kept = judge.kind === 'sequential' ? judge : SEQUENTIAL_DEFAULTS;
  return { ...kept, falseRollbackPercent: alphaPercent, harmRatio, periodSeconds: 60 };
}

/** The spec's own deadline, unless the rollout would not end well before it. */
function deadlineFor({ deadline, ...spec }: ServiceSpec, candidate: Candidate): ServiceSpec['deadline'] {
  const neededMinutes = Math.ceil(
    Math.max(totalMinutes(candidate) / DEADLINE_SHARE, timeNeeded(spec).totalMs / 60_000),
  );
  return durationMs(deadline) >= neededMinutes * 60_000 ? deadline : { minutes: neededMinutes };
}

/** Bakes take at most this share of the deadline. */
export const DEADLINE_SHARE = 0.9;
