/** The alarms of CloudWatch. */
import type { AlarmReading } from '../domain/alarms/alarm-reading.ts';

export interface Alarms {
  /** The alarms that exist among the named ones; a name without an alarm is left out. Any number of names. */
  read(names: readonly string[]): Promise<readonly AlarmReading[]>;
}
