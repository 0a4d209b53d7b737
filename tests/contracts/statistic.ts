/** Computes CloudWatch's statistics of the samples of one period, by the definitions in its user guide. */

const PERCENTILE = /^p(\d{1,2}(?:\.\d{1,10})?)$/;
const RANGE = /^(TC|PR)\((\d+(?:\.\d{1,10})?)?:(\d+(?:\.\d{1,10})?)?\)$/;

export function isStatistic(stat: string): boolean {
  return stat === 'Sum' || stat === 'SampleCount' || PERCENTILE.test(stat) || RANGE.test(stat);
}

/**
 * Returns undefined when CloudWatch has no value: without samples, and for a TC of 0, because CloudWatch may leave out
 * a range without samples.
 */
export function statisticOf(stat: string, values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  if (stat === 'Sum') return values.reduce((sum, value) => sum + value, 0);
  if (stat === 'SampleCount') return values.length;
  const percent = PERCENTILE.exec(stat)?.[1];
  if (percent !== undefined) return percentile(values, Number(percent));
  const [, kind, above = '-Infinity', upTo = 'Infinity'] = RANGE.exec(stat) ?? [];
  const count = values.filter((value) => value > Number(above) && value <= Number(upTo)).length;
  if (kind === 'TC') return count === 0 ? undefined : count;
  return kind === 'PR' ? (count / values.length) * 100 : undefined;
}

function percentile(values: readonly number[], percent: number): number | undefined {
  const rank = Math.ceil((percent / 100) * values.length);
  return [...values].sort((a, b) => a - b)[Math.max(rank, 1) - 1];
}
