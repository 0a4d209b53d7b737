/**
 * Decides the state of a CloudWatch metric alarm from its newest data points. It follows AWS's page "Configuring how
 * CloudWatch alarms treat missing data", and the tests of this file are the two tables of that page.
 */
import type { Alarm, AlarmState } from '../world/world.ts';

/** CloudWatch reads more points than it needs, so that a late point can replace a missing one. */
export function evaluationRange({ evaluationPeriods }: Pick<Alarm, 'evaluationPeriods'>): number {
  return evaluationPeriods + 2;
}

export type AlarmRule = Pick<
  Alarm,
  'evaluationPeriods' | 'datapointsToAlarm' | 'threshold' | 'comparison' | 'treatMissingData'
>;

export interface Evaluated {
  readonly state: AlarmState;
  readonly reason: string;
}

/** `points` is the evaluation range, oldest first. A point is null when nothing was reported in its period. */
export function evaluateAlarm(
  rule: AlarmRule,
  { points, current }: { points: readonly (number | null)[]; current: Evaluated },
): Evaluated {
  const real = points.filter((point) => point !== null);
  const used = real.slice(-rule.evaluationPeriods);
  const missing = rule.evaluationPeriods - used.length;
  const breaching = used.filter((point) => isBreaching(rule, point)).length;
  // As in CloudWatch, the reason stays the reason of the last change of state.
  const decided = (state: AlarmState) =>
    state === current.state ? current : { state, reason: reasonFor(rule, { used, breaching, missing, state }) };
  const counted = breaching + (rule.treatMissingData === 'breaching' ? missing : 0);
  if (counted >= rule.datapointsToAlarm) return decided('ALARM');
  if (missing === 0 || rule.treatMissingData === 'breaching' || rule.treatMissingData === 'notBreaching') {
    return decided('OK');
  }
  if (used.length > breaching) return decided('OK');
  if (rule.treatMissingData === 'ignore') return current;
  if (used.length === 0) return decided('INSUFFICIENT_DATA');
  return isOldEnough(points, rule.datapointsToAlarm) ? decided('ALARM') : current;
}

/**
 * For a range with only breaching and missing points. The alarm fires once the oldest breaching point is M periods old.
 * Until then it waits, because the points that follow may be good.
 */
function isOldEnough(points: readonly (number | null)[], datapointsToAlarm: number): boolean {
  const age = points.length - points.findIndex((point) => point !== null);
  return age >= datapointsToAlarm;
}

function isBreaching({ comparison, threshold }: AlarmRule, point: number): boolean {
  switch (comparison) {
    case 'GreaterThanThreshold':
      return point > threshold;
    case 'GreaterThanOrEqualToThreshold':
      return point >= threshold;
    case 'LessThanThreshold':
      return point < threshold;
    case 'LessThanOrEqualToThreshold':
      return point <= threshold;
  }
}

const WORDS = {
  GreaterThanThreshold: 'greater than',
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  LessThanThreshold: 'less than',
  LessThanOrEqualToThreshold: 'less than or equal to',
} as const satisfies Record<Alarm['comparison'], string>;

function reasonFor(
  { comparison, threshold, evaluationPeriods, datapointsToAlarm, treatMissingData }: AlarmRule,
  seen: { used: readonly number[]; breaching: number; missing: number; state: AlarmState },
): string {
  if (seen.state === 'INSUFFICIENT_DATA') {
    return `Insufficient Data: the last ${evaluationPeriods} datapoints are missing.`;
  }
  const values = seen.used.map((value) => Number(value.toFixed(3))).join(', ');
  const filled = seen.missing > 0 ? `; ${seen.missing} missing, treated as ${treatMissingData}` : '';
  const fact = `${seen.breaching} of ${evaluationPeriods} datapoints [${values}]${filled} were ${WORDS[comparison]} the threshold (${threshold})`;
  const title = seen.state === 'ALARM' ? 'Threshold Crossed' : 'Threshold Not Crossed';
  return `${title}: ${fact}; ${datapointsToAlarm} needed to alarm.`;
}
