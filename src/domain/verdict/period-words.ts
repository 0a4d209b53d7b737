/** Periods in the judge's messages, which are minutes or periods of ten seconds, and how many of them are recent. */
import type { SequentialPolicy } from './policy.ts';

type Periods = Pick<SequentialPolicy, 'periodSeconds'>;

/** `5 minutes`, or `12 periods of ten seconds`. */
export function periodsInWords(count: number, { periodSeconds }: Periods): string {
  return periodSeconds === 60 ? `${count} minutes` : `${count} periods of ten seconds`;
}

/** `A minute` or `A period of ten seconds`, at the beginning of a sentence. */
export function aPeriod({ periodSeconds }: Periods): string {
  return periodSeconds === 60 ? 'A minute' : 'A period of ten seconds';
}

/** The start of a period, in UTC: `10:13`, or `10:13:20` for a period of ten seconds. */
export function clockTime(at: number, { periodSeconds }: Periods): string {
  return new Date(at).toISOString().slice(11, periodSeconds === 60 ? 16 : 19);
}

/**
 * How many of the last periods the judge looks at for shared harm and for troubles, and how many it needs when a judged count
 * has no history: five periods of 60 s, or twelve of 10 s.
 */
export function recentPeriods({ periodSeconds }: Periods): number {
  return periodSeconds === 60 ? 5 : 12;
}

export function periodMs({ periodSeconds }: Periods): number {
  return periodSeconds * 1_000;
}
