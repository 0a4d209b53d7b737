/**
 * Reads alarms together with the alarms in the rules of composite alarms, level by level, because the state of a
 * composite alarm depends on them.
 */

import type { AlarmReading } from '../../domain/alarms/alarm-reading.ts';
import { silenceOf } from '../../domain/alarms/alarm-silence.ts';
import type { Alarms } from '../../ports/alarms.ts';

/** CloudWatch nests composite alarms at most five deep. */
const RULES_DEEP = 5;

export interface ReadAlarms {
  /** The requested alarms. Each says why its state OK is no evidence, when that is so. */
  readonly alarms: readonly AlarmReading[];
  readonly children: readonly AlarmReading[];
}

export async function readAlarms(alarms: Alarms, names: readonly string[]): Promise<ReadAlarms> {
  const own = names.length === 0 ? [] : await alarms.read(names);
  const children: AlarmReading[] = [];
  let level = own;
  for (let deep = 0; deep < RULES_DEEP; deep += 1) {
    const wanted = level.flatMap((alarm) => alarm.children ?? []);
    if (wanted.length === 0) break;
    level = await alarms.read(wanted);
    children.push(...level);
  }
  return { alarms: own.map((alarm) => withSilence(alarm, children)), children };
}

function withSilence(alarm: AlarmReading, children: readonly AlarmReading[]): AlarmReading {
  const silence = silenceOf(alarm, children);
  return silence === null ? alarm : { ...alarm, silence };
}
