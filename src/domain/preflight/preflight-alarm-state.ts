/**
 * Checks the state of an alarm before a rollout. An alarm without data cannot fire. An alarm that is red already would
 * accuse the new version, whatever turned it red.
 */
import type { AlarmReading } from '../alarms/alarm-reading.ts';
import { error, type Finding, warning } from './finding.ts';

/** An alarm that is still red because of a version that was rolled back. */
export interface LeftoverAlarm {
  readonly alarm: string;
  readonly deploymentId: string;
  readonly version: string | null;
}

interface Circumstances {
  readonly hotfix: boolean;
  readonly mayBeQuiet: boolean;
  readonly leftover: LeftoverAlarm | undefined;
}

export function stateFindings(reading: AlarmReading, { hotfix, mayBeQuiet, leftover }: Circumstances): Finding[] {
  const { name, state, silence } = reading;
  switch (state) {
    case 'OK': {
      if (silence === undefined) return [];
      const detail = `Alarm ${name} ${silence}, so its being OK says nothing. Look at the alarm in CloudWatch, which says why; correct it, or wait until it has data.`;
      const about = { subject: name, detail };
      return [mayBeQuiet ? warning('alarmHasData', about) : error('alarmHasData', about)];
    }
    case 'INSUFFICIENT_DATA': {
      const detail = `Alarm ${name} has no data, so it cannot fire. ${mayBeQuiet ? 'It should have some once the first version has traffic.' : dataInWords(reading)}`;
      const about = { subject: name, detail };
      return [mayBeQuiet ? warning('alarmHasData', about) : error('alarmHasData', about)];
    }
    case 'ALARM': {
      const about = { subject: name, detail: redInWords(name, { hotfix, leftover }) };
      return [hotfix ? warning('alarmIsQuiet', about) : error('alarmIsQuiet', about)];
    }
  }
}

/**
 * A hotfix is the advice only when the live version may be the reason. A leftover alarm turns green by itself, because
 * the version that turned it red has no calls any more.
 */
function redInWords(name: string, { hotfix, leftover }: Omit<Circumstances, 'mayBeQuiet'>): string {
  if (leftover === undefined) {
    const way = hotfix
      ? 'It does not count against this hotfix.'
      : 'If this deployment is the fix, repeat it with "hotfix": true; the alarm then does not count against it.';
    return `Alarm ${name} is already red. ${way}`;
  }
  const { deploymentId, version } = leftover;
  const fact = `Alarm ${name} is still red because of ${version === null ? '' : `version ${version} of `}deployment ${deploymentId}, which was taken back.`;
  return hotfix
    ? `${fact} That does not count against this hotfix. If the alarm turns green and red again, it does.`
    : `${fact} Wait until it is green, then deploy again.`;
}

/** A function that is called once a day gains nothing from waiting for traffic: then the alarm has to change. */
function dataInWords({ treatMissingData, children }: AlarmReading): string {
  if (children !== undefined) return 'It is made of other alarms: look which of them have no data.';
  switch (treatMissingData) {
    case 'notBreaching':
    case 'breaching':
      return `It counts missing data as ${treatMissingData === 'breaching' ? 'bad' : 'good'}, so it was created or changed just now. Check again in a minute.`;
    case 'missing':
    case 'ignore':
      return `It has treatMissingData: ${treatMissingData}, so it stays like this while nobody calls. If the service has few calls, set treatMissingData: notBreaching on the alarm; otherwise check its dimensions, or wait for traffic.`;
    default:
      return 'Check its dimensions, or wait until the service has had traffic.';
  }
}
