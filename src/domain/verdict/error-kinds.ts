/** Which kinds of errors a canary had: failed invocations, and server errors in its answers. */
import type { PeriodRow, VersionPeriod } from './period-row.ts';
import type { Verdict } from './verdict.ts';

/** An unhealthy verdict also says how many errors were answers with a status of 500 or more; any other stays as it is. */
export function withErrorKinds(verdict: Verdict, rows: readonly PeriodRow[]): Verdict {
  if (verdict.kind !== 'unhealthy') return verdict;
  const canary = sumsOf(rows.map((row) => row.canary));
  if (canary.serverErrors === 0) return verdict;
  const stable = sumsOf(rows.map((row) => row.stable));
  const kinds = `Server errors (answers of 500 or more) are ${canary.serverErrors} of the canary's ${canary.errors} errors, ${stable.serverErrors} of stable's ${stable.errors}`;
  return { ...verdict, because: `${verdict.because}. ${kinds}` };
}

function sumsOf(periods: readonly VersionPeriod[]): { readonly errors: number; readonly serverErrors: number } {
  const sum = (of: (period: VersionPeriod) => number) => periods.reduce((total, period) => total + of(period), 0);
  return { errors: sum(({ errors }) => errors), serverErrors: sum(({ serverErrors = 0 }) => serverErrors) };
}
