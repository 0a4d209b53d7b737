/** Reads the state and the settings of CloudWatch alarms. */
import type { AlarmReading } from '../domain/alarms/alarm-reading.ts';

export interface Alarms {
  /** Returns the named alarms that exist, and leaves out a name that has no alarm. Takes any number of names. */
  read(names: readonly string[]): Promise<readonly AlarmReading[]>;
}
