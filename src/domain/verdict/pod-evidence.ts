/** What the pods of a workload say about its canary, in addition to its alarms and metrics. */
import type { PodsJudgement } from '../workload/canary-pods.ts';
import type { Evidence, Verdict } from './verdict.ts';

/**
 * The verdict with the pods taken into account. Missing or restarting pods of the canary make it unhealthy, whatever its metrics
 * say: a pod that is not ready gets no call, so it has no error. Inconclusive pods keep the verdict from being healthy.
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
