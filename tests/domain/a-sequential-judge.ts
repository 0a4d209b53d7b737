/** A sequential judge of errors by the minute, which ends no bake. Each test changes the fields that it tests. */
import type { SequentialJudge } from '../../src/domain/service/service-spec.ts';

export function aSequentialJudge(changes: Partial<SequentialJudge> = {}): SequentialJudge {
  return {
    kind: 'sequential',
    falseRollbackPercent: 1,
    harmRatio: 1.5,
    minimumRequests: 100,
    metrics: [{ metric: 'errors', weight: 1, observedOnly: false }],
    periodSeconds: 60,
    endsBakesEarly: false,
    warmUp: { seconds: 60 },
    ...changes,
  };
}
