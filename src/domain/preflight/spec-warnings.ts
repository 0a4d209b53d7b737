/** What is allowed in a spec and is probably not meant. A spec with warnings can be registered. */
import { durationMs } from '../duration.ts';
import type { FieldProblem, ServiceSpec } from '../service/service-spec.ts';
import { neverUnhealthy } from '../verdict/most-harm.ts';
import type { Finding } from './finding.ts';
import { judgeDoubts } from './judge-doubts.ts';

export interface SpecWarning extends FieldProblem {
  readonly check: Finding['check'] | 'watchIsSet';
}

export const NO_ALARM = 'The service names no alarm, so no alarm can take a bad version back. Name at least one.';

export function specWarnings(spec: ServiceSpec): SpecWarning[] {
  const { requestsPerSecond } = spec.rehearsal ?? {};
  const doubts = judgeDoubts(spec, { requestsPerSecond, neverUnhealthy });
  return [
    ...alarmWarnings(spec),
    ...doubts.map((detail) => ({ check: 'judgeDecides', pointer: '/judge', detail }) as const),
  ];
}

function alarmWarnings({ alarms, watch }: ServiceSpec): SpecWarning[] {
  if (alarms.length === 0) return [{ check: 'alarmsNamed', pointer: '/alarms', detail: NO_ALARM }];
  if (durationMs(watch) > 0) return [];
  const detail =
    'The watch is 0, so no alarm takes a version back after its promotion. Write, for example, { minutes: 10 }.';
  return [{ check: 'watchIsSet', pointer: '/watch', detail }];
}
