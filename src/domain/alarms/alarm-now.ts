/** The present state of the alarms of a deployment, with a reason in words. */
import { sentence } from '../sentence.ts';
import type { ServiceSpec } from '../service/service-spec.ts';
import type { AlarmReading } from './alarm-reading.ts';

export const ALARM_STATES = ['ok', 'alarm', 'insufficientData', 'missing', 'unknown'] as const;

export interface AlarmNow {
  readonly name: string;
  /** `missing`: CloudWatch has no alarm of this name. `unknown`: CloudWatch gave no answer. */
  readonly state: (typeof ALARM_STATES)[number];
  readonly because: string;
  /** When the state last changed, in epoch milliseconds; null when that is not known. */
  readonly since: number | null;
}

const STATES = { OK: 'ok', ALARM: 'alarm', INSUFFICIENT_DATA: 'insufficientData' } as const;
const WITHOUT_REASON = {
  ok: 'CloudWatch finds nothing wrong.',
  alarm: 'CloudWatch says that it is red, and gives no reason.',
  insufficientData: 'CloudWatch has too little data to judge it.',
};

/** A deployment, of which only the alarms of its spec count here. */
interface Watching {
  readonly spec: Pick<ServiceSpec, 'alarms'>;
}

/** One entry for each alarm of the spec, in its order. `readings` are the alarms that exist. */
export function alarmsNow(
  { spec, ignoredAlarms }: Watching & { readonly ignoredAlarms: readonly string[] },
  readings: readonly AlarmReading[],
): readonly AlarmNow[] {
  return spec.alarms.map((name) => {
    const reading = readings.find((one) => one.name === name);
    if (reading === undefined) return missingAlarm(name);
    const state = STATES[reading.state];
    const because = sentence(reading.reason || WITHOUT_REASON[state]);
    const notes = [silenceNote(reading), ignoredAlarms.includes(name) ? IGNORED : ''].filter((note) => note !== '');
    return { name, state, because: [because, ...notes].join(' '), since: reading.changedAt };
  });
}

/** The same entries when CloudWatch gave no answer. */
export function alarmsUnknown({ spec }: Watching, because: string): readonly AlarmNow[] {
  return spec.alarms.map((name) => ({ name, state: 'unknown', because: sentence(because), since: null }));
}

const IGNORED = 'It was red before this hotfix, so it does not count against it.';

function silenceNote({ state, silence }: AlarmReading): string {
  return state === 'OK' && silence !== undefined ? `It ${silence}, so this state says nothing.` : '';
}

function missingAlarm(name: string): AlarmNow {
  const because = 'CloudWatch has no alarm of this name here. Create the alarm, or correct its name in the spec.';
  return { name, state: 'missing', because, since: null };
}
