/** The results of the proposal in whole rollouts that were not used to choose it. */
import type { NamedHarm } from '../../rehearse/calibrate/asked.ts';
import type { Check } from '../../rehearse/calibrate/check.ts';
import { wrapped } from '../print/wrapped.ts';
import { harmInWords, interval, minutesInWords, number, percent } from './words.ts';

export function checkLines(check: Check, asked: readonly NamedHarm[]): string[] {
  const { falseRollbacks, harms, held, runs, seed, toPromotionSeconds } = check;
  const promoted =
    toPromotionSeconds === null
      ? 'none had all calls'
      : `the others had all calls after ${minutesInWords(toPromotionSeconds.median / 60)} in the median`;
  const caught = harms.map(({ name, caught, toZeroSeconds }, index) => {
    const harm = asked[index];
    const soon =
      toZeroSeconds === null
        ? ''
        : `, and at weight 0 after ${minutesInWords(toZeroSeconds.median / 60)} in the median, ${minutesInWords(toZeroSeconds.p90 / 60)} for nine in ten`;
    return `${harm === undefined ? name : harmInWords(harm)}: ${interval(caught)} % taken back${soon}.`;
  });
  const healthy = `healthy: ${interval(falseRollbacks)} % taken back, ${percent(held.share)} % held for a person, ${promoted}.`;
  return [
    ...wrapped({
      sentence: `Checked by ${number(runs)} whole rollouts of each kind through the shipped machine, without alarms, seed ${seed}:`,
    }),
    ...[healthy, ...caught].flatMap((sentence) => wrapped({ sentence, bullet: '- ' })),
    ...wrapped({ sentence: verdictOn(check) }),
  ];
}

const MANY_HELD = 0.1;

function verdictOn({ keepsPromise, provesPromise, held }: Check): string {
  if (!keepsPromise)
    return 'The promise is NOT kept: an interval lies wholly on the wrong side of it. Do not use this policy.';
  const many =
    held.share > MANY_HELD ? ' Many healthy versions wait for a person: too little traffic to tell, or outages.' : '';
  if (provesPromise) return `The promise is kept: every interval lies on the right side of it.${many}`;
  return `The check agrees with the promise: no interval lies wholly on the wrong side of it, but not every one on the right side. A larger --check-runs tells more.${many}`;
}
