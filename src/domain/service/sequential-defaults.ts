/** A sequential judge of which nothing is said: what the schema fills in, and what a calibration starts from. */
import type { SequentialJudge } from './service-spec.ts';

export const SEQUENTIAL_DEFAULTS = {
  kind: 'sequential',
  falseRollbackPercent: 1,
  harmRatio: 1.5,
  minimumRequests: 100,
  metrics: [
    { metric: 'errors', weight: 1, observedOnly: false },
    { metric: 'latency', weight: 1, observedOnly: false },
  ],
  periodSeconds: 60,
  endsBakesEarly: true,
  warmUp: { seconds: 60 },
} as const satisfies SequentialJudge;
