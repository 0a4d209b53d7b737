/**
 * Finds alarms whose state OK is no evidence. CloudWatch keeps the last state of an alarm that it cannot evaluate. It
 * takes a composite alarm for OK when none of the alarms in its rule has data.
 */
import type { AlarmReading } from './alarm-reading.ts';

/**
 * Returns why the alarm is silent, in words that follow its name; null when the state is evidence. `children` are the
 * alarms in the rules of composite alarms.
 */
export function silenceOf(alarm: AlarmReading, children: readonly AlarmReading[]): string | null {
  if (alarm.evaluationProblem !== undefined) return `is not evaluated (${alarm.evaluationProblem})`;
  if (alarm.children === undefined || alarm.children.some((name) => speaks(name, { children, within: [alarm.name] })))
    return null;
  const names = alarm.children.join(', ');
  return names === '' ? 'has a rule without an alarm' : `is made of alarms that say nothing (${names})`;
}

interface Below {
  readonly children: readonly AlarmReading[];
  /** The alarms above this one. CloudWatch accepts rules that form a circle, but evaluates none of them. */
  readonly within: readonly string[];
}

/**
 * Does not ask whether the actions are on: an alarm below a composite alarm often has them off, because only the
 * composite alarm notifies people.
 */
function speaks(name: string, { children, within }: Below): boolean {
  const alarm = children.find((one) => one.name === name);
  if (alarm === undefined || within.includes(name) || alarm.evaluationProblem !== undefined) return false;
  if (alarm.children === undefined) return alarm.state !== 'INSUFFICIENT_DATA';
  return alarm.children.some((one) => speaks(one, { children, within: [...within, name] }));
}
