/**
 * The fields of the EventBridge event `CloudWatch Alarm State Change` that Slipway reads. The time when the alarm
 * turned red tells whether a deployment is to blame, and not the time when the event was sent.
 */
import * as z from 'zod/mini';
import { alarmDataFrom } from '../../../domain/alarms/alarm-data.ts';
import type { AlarmEvent } from '../../../domain/remediation/remediation.ts';
import type { MeasuredFunction } from '../../../domain/remediation/unrecorded-way-back.ts';

export const AlarmStateChange = z.object({
  id: z.string(),
  account: z.optional(z.string()),
  detail: z.object({
    alarmName: z.string(),
    state: z.object({
      value: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
      timestamp: z.string(),
      reason: z.optional(z.string()),
      reasonData: z.optional(z.string()),
    }),
    // Read without a schema below: no content of this field may stop the handling of an alarm, and the function must
    // load quickly.
    configuration: z.optional(z.unknown()),
  }),
});
export type AlarmStateChange = z.infer<typeof AlarmStateChange>;

export function alarmEventOf({ id, account, detail }: AlarmStateChange): AlarmEvent {
  const { alarmName, state, configuration } = detail;
  const { value, timestamp, reason, reasonData } = state;
  const dataFrom = alarmDataFrom(reasonData);
  const metrics = listOf(fieldOf(configuration, 'metrics'));
  const measured = metrics.filter((metric) => isOf(account, metric)).flatMap(measuredFunction);
  return { id, alarm: alarmName, state: value, at: Date.parse(timestamp), reason, dataFrom, measured };
}

/** Alarms may measure metrics of other accounts, and functions there may have the same names. */
function isOf(account: string | undefined, metric: unknown): boolean {
  const owner = fieldOf(metric, 'accountId');
  return owner === undefined || owner === account;
}

/**
 * Reads Lambda's dimensions. `Resource` is `function:alias`, or a version, which names no alias. A composite alarm has
 * no metrics.
 */
function measuredFunction(metric: unknown): readonly MeasuredFunction[] {
  const dimensions = fieldOf(fieldOf(fieldOf(metric, 'metricStat'), 'metric'), 'dimensions');
  const [name, resource] = [fieldOf(dimensions, 'FunctionName'), fieldOf(dimensions, 'Resource')];
  if (typeof name !== 'string') return [];
  const alias = typeof resource === 'string' && resource !== name ? resource.slice(name.length + 1) : null;
  return [{ function: name, alias }];
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
