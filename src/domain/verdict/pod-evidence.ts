/** What the pods of a workload say about its canary, beside its alarms and metrics. */
import type { PodsJudgement } from '../workload/canary-pods.ts';
import type { Evidence, Verdict } from './verdict.ts';

/**
 * The verdict after the pods were looked at. Missing or restarting pods of the canary make it unhealthy, whatever its metrics say:
 * a pod that is not ready gets no call, and so makes no error. Pods of which nothing is known yet keep it from being healthy.
 */
export function withPods(verdict: Verdict, pods: PodsJudgement): Verdict {
  const evidence = [...verdict.evidence, podEvidence(pods)];
  const { because, holds } = pods;
  if (pods.kind === 'healthy' || verdict.kind === 'unhealthy') return { ...verdict, evidence };
  if (pods.kind === 'unhealthy') return { kind: 'unhealthy', because, evidence };
  if (verdict.kind === 'inconclusive' && !holds)
    return { ...verdict, because: `${verdict.because}. ${because}`, evidence };
  return { kind: 'inconclusive', because, evidence, ...(holds && { holds }) };
}

const OUTCOMES = { healthy: 'pass', unhealthy: 'fail', inconclusive: 'inconclusive' } as const;

function podEvidence({ kind, rule }: PodsJudgement): Evidence {
  return { rule, outcome: OUTCOMES[kind], periods: [] };
}
