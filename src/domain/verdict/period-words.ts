/** Periods as the judge says them, and how many of them are recent: minutes, or periods of ten seconds. */
import type { SequentialPolicy } from './policy.ts';

type Periods = Pick<SequentialPolicy, 'periodSeconds'>;

/** `5 minutes`, or `12 periods of ten seconds`. */
export function periodsInWords(count: number, { periodSeconds }: Periods): string {
  return periodSeconds === 60 ? `${count} minutes` : `${count} periods of ten seconds`;
}

/** `A minute`, to begin a sentence with. */
export function aPeriod({ periodSeconds }: Periods): string {
  return periodSeconds === 60 ? 'A minute' : 'A period of ten seconds';
}

/** `10:13`, or `10:13:20` where minutes do not tell periods apart; UTC. */
export function clockTime(at: number, { periodSeconds }: Periods): string {
  return new Date(at).toISOString().slice(11, periodSeconds === 60 ? 16 : 19);
}

/**
 * How many of the last periods are looked at for what befalls both versions and for what is missing, and how many are
 * needed when a judged count has no history: five minutes, or two minutes of periods of ten seconds.
 */
export function recentPeriods({ periodSeconds }: Periods): number {
  return periodSeconds === 60 ? 5 : 12;
}

export function periodMs({ periodSeconds }: Periods): number {
  return periodSeconds * 1_000;
}
