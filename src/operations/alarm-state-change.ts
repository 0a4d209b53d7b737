/**
 * The EventBridge event `CloudWatch Alarm State Change`, as far as Slipway reads it. When the alarm turned, and not when
 * the event was sent, tells whether a deployment is to blame.
 */
import * as z from 'zod/mini';
import { alarmDataFrom } from '../domain/alarm-data.ts';
import type { AlarmEvent } from '../domain/remediation.ts';
import type { MeasuredFunction } from '../domain/unrecorded-way-back.ts';

/** Of an alarm on metrics; a composite alarm has none. */
const Configuration = z.object({
  metrics: z.array(
    z.object({
      metricStat: z.optional(z.object({ metric: z.object({ dimensions: z.record(z.string(), z.string()) }) })),
    }),
  ),
});

export const AlarmStateChange = z.object({
  id: z.string(),
  detail: z.object({
    alarmName: z.string(),
    state: z.object({
      value: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
      timestamp: z.string(),
      reason: z.optional(z.string()),
      reasonData: z.optional(z.string()),
    }),
    // Whatever else it may hold, nothing of it keeps an alarm from being heard.
    configuration: z.catch(z.optional(Configuration), undefined),
  }),
});
export type AlarmStateChange = z.infer<typeof AlarmStateChange>;

export function alarmEventOf({ id, detail: { alarmName, state, configuration } }: AlarmStateChange): AlarmEvent {
  const { value, timestamp, reason, reasonData } = state;
  const dataFrom = alarmDataFrom(reasonData);
  const measured = (configuration?.metrics ?? []).flatMap(({ metricStat }) =>
    measuredFunction(metricStat?.metric.dimensions ?? {}),
  );
  return { id, alarm: alarmName, state: value, at: Date.parse(timestamp), reason, dataFrom, measured };
}

/** Lambda's dimensions: `Resource` is `function:alias`, or a version, for which no alias can be told. */
function measuredFunction({ FunctionName, Resource }: Readonly<Record<string, string>>): readonly MeasuredFunction[] {
  if (FunctionName === undefined) return [];
  const alias = Resource === undefined || Resource === FunctionName ? null : Resource.slice(FunctionName.length + 1);
  return [{ function: FunctionName, alias }];
}
