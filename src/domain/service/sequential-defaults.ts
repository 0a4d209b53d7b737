/** The default settings of a sequential judge. The schema fills them in, and a calibration starts from them. */
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
