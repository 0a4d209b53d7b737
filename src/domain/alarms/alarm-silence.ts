/**
 * Alarms that are OK and say nothing. CloudWatch keeps the last state of an alarm that it cannot evaluate, and takes a composite
 * alarm for OK when none of the alarms in its rule has data.
 */
import type { AlarmReading } from './alarm-reading.ts';

/** In words that follow its name; null when the state is of an evaluation. `children`: the alarms in the rules of composite ones. */
export function silenceOf(alarm: AlarmReading, children: readonly AlarmReading[]): string | null {
  if (alarm.evaluationProblem !== undefined) return `is not evaluated (${alarm.evaluationProblem})`;
  if (alarm.children === undefined || alarm.children.some((name) => speaks(name, { children, within: [alarm.name] })))
    return null;
  const names = alarm.children.join(', ');
  return names === '' ? 'has a rule without an alarm' : `is made of alarms that say nothing (${names})`;
}

interface Below {
  readonly children: readonly AlarmReading[];
  /** CloudWatch takes rules in a circle, and evaluates none of them. */
  readonly within: readonly string[];
}

/** An alarm below a composite one has its own actions off for a reason: it pages through that one alone. */
function speaks(name: string, { children, within }: Below): boolean {
  const alarm = children.find((one) => one.name === name);
  if (alarm === undefined || within.includes(name) || alarm.evaluationProblem !== undefined) return false;
  if (alarm.children === undefined) return alarm.state !== 'INSUFFICIENT_DATA';
  return alarm.children.some((one) => speaks(one, { children, within: [...within, name] }));
}
