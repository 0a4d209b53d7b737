/**
 * The EventBridge event `CloudWatch Alarm State Change`, as far as Slipway reads it. When the alarm turned, and not when
 * the event was sent, tells whether a deployment is to blame.
 */
import * as z from 'zod/mini';
import { alarmDataFrom } from '../domain/alarm-data.ts';
import type { AlarmEvent } from '../domain/remediation.ts';

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
  }),
});
export type AlarmStateChange = z.infer<typeof AlarmStateChange>;

export function alarmEventOf({ id, detail: { alarmName, state } }: AlarmStateChange): AlarmEvent {
  const { value, timestamp, reason, reasonData } = state;
  const dataFrom = alarmDataFrom(reasonData);
  return { id, alarm: alarmName, state: value, at: Date.parse(timestamp), reason, dataFrom };
}
