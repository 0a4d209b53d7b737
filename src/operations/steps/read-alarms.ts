/** Reads alarms together with those in the rules of composite ones, level by level: what a composite one says rests on them. */

import type { AlarmReading } from '../../domain/alarms/alarm-reading.ts';
import { silenceOf } from '../../domain/alarms/alarm-silence.ts';
import type { Alarms } from '../../ports/alarms.ts';

/** CloudWatch nests composite alarms five deep at the most. */
const RULES_DEEP = 5;

export interface ReadAlarms {
  /** Those that were asked for, each with why its being OK says nothing, where it says nothing. */
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
