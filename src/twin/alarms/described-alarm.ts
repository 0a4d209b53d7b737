/** The alarm that a spec describes, in the rehearsed account. */

import { durationMs } from '../../domain/duration.ts';
import type { DescribedAlarm } from '../../domain/service/described-alarm.ts';
import type { LambdaTarget } from '../../domain/service/service-spec.ts';
import { targetName } from '../../domain/service/target.ts';
import type { AlarmDefinition } from '../world/world.ts';

export function describedAlarm(alarm: DescribedAlarm, target: LambdaTarget): AlarmDefinition {
  return {
    name: alarm.name,
    ...watching(alarm),
    dimensions: { FunctionName: target.function, Resource: targetName(target) },
    periodSeconds: durationMs(alarm.over) / 1_000,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    comparison: 'GreaterThanThreshold',
    treatMissingData: 'notBreaching',
  };
}

function watching(alarm: DescribedAlarm): Pick<AlarmDefinition, 'metric' | 'percentile' | 'threshold'> {
  switch (alarm.kind) {
    case 'errors':
      return { metric: 'ErrorRate', threshold: alarm.abovePercent };
    case 'serverErrors':
      return { metric: 'ServerErrorRate', threshold: alarm.abovePercent };
    case 'latency':
      return { metric: 'Duration', percentile: alarm.percentile, threshold: alarm.aboveMs };
  }
}
