/**
 * What a service's alarms say about its canary. An alarm is no evidence when it is missing, has no data, is not evaluated or has
 * its actions off. CloudWatch reports such an alarm as OK; a verdict never does.
 */
import type { AlarmFact, Evidence, Observation, Verdict } from './verdict.ts';

type Alarms = Pick<Observation, 'alarms' | 'missingAlarms' | 'ignoredAlarms' | 'alarmsUnread'>;

/**
 * The verdict by the alarms alone. One alarm that is OK, has data and has its actions on is evidence of health; the verdict
 * also names the silent alarms. Without such an alarm the service's policy for too little data decides.
 */
export function judgeAlarms(observation: Alarms): Verdict {
  const { alarms } = observation;
  const red = namesOf(alarms.filter(({ state }) => state === 'ALARM'));
  if (red.length > 0) return { kind: 'unhealthy', because: `Alarm ${red.join(', ')} is red`, evidence: [] };
  const evidence = alarmEvidence(observation);
  const unseen = unseenAlarms(observation);
  if (unseen !== null) return { kind: 'inconclusive', ...unseen, evidence };
  if (alarms.length === 0) return { kind: 'healthy', because: nothingLookedAt(observation), evidence };
  const seen = alarms.map(alarmInWords).join('; ');
  if (alarms.every(isSilent)) return { kind: 'inconclusive', because: `No alarm says anything: ${seen}`, evidence };
  return { kind: 'healthy', because: `No alarm is red, and the judge is alarms-only: ${seen}`, evidence };
}

/**
 * The verdict of a judge with metrics, with the alarms taken into account. A missing alarm keeps it from being healthy; a
 * silent alarm does not, because the metrics are evidence enough.
 */
export function withAlarms(verdict: Verdict, observation: Alarms): Verdict {
  const evidence = [...verdict.evidence, ...alarmEvidence(observation)];
  const unseen = unseenAlarms(observation);
  if (unseen === null || verdict.kind === 'unhealthy') return { ...verdict, evidence };
  return { kind: 'inconclusive', ...unseen, evidence };
}

/** Why the alarms are not known, in words; null when each of the service's alarms was found. */
function unseenAlarms({ missingAlarms = [], alarmsUnread = false }: Alarms): Pick<Verdict, 'because' | 'holds'> | null {
  if (missingAlarms.length > 0) return { because: missingInWords(missingAlarms), holds: true };
  return alarmsUnread ? { because: 'The alarms could not be read' } : null;
}

/** Without a full stop at its end. */
export function missingInWords(names: readonly string[]): string {
  const [fact, again] =
    names.length === 1
      ? [`Alarm ${names[0]} does not exist any more`, 'it']
      : [`Alarms ${names.join(', ')} do not exist any more`, 'them'];
  return `${fact}, and CloudWatch takes a missing alarm for OK. Create ${again} again and resume, promote without ${again}, or abort`;
}

function nothingLookedAt({ ignoredAlarms = [] }: Alarms): string {
  if (ignoredAlarms.length === 0)
    return 'The service names no alarm and its judge is alarms-only, so nothing was looked at';
  return `Nothing was looked at: the judge is alarms-only, and ${ignoredAlarms.join(', ')} was red before this hotfix and does not count`;
}

function alarmEvidence({ alarms, missingAlarms = [] }: Alarms): Evidence[] {
  const rules = [
    ...missingAlarms.map((name) => `Alarm ${name} does not exist`),
    ...alarms.filter(isSilent).map((alarm) => `Alarm ${alarmInWords(alarm)}`),
  ];
  return rules.map((rule) => ({ rule, outcome: 'inconclusive', periods: [] }));
}

function isSilent(alarm: AlarmFact): boolean {
  return silenceInWords(alarm) !== null;
}

function alarmInWords(alarm: AlarmFact): string {
  return `${alarm.name} ${silenceInWords(alarm) ?? 'is OK'}`;
}

function silenceInWords({ state, actionsEnabled = true, silence }: AlarmFact): string | null {
  if (state === 'INSUFFICIENT_DATA') return 'has no data';
  return silence ?? (actionsEnabled ? null : 'has its actions off');
}

function namesOf(alarms: readonly AlarmFact[]): readonly string[] {
  return alarms.map(({ name }) => name);
}
