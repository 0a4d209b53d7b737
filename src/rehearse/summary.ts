/** Summarises many rollouts of one scenario, in the order of their numbers: shares, spreads and the two curves. */
import { shareOf } from './proportion.ts';
import {
  type CurvePoint,
  OUTCOMES,
  type RehearsalScenario,
  type RehearsedRollout,
  type ScenarioResult,
  type Spread,
  TAKERS,
} from './rehearsal-result.ts';
import { isHarmful } from './scenarios.ts';

export function summaryOf(scenario: RehearsalScenario, rollouts: readonly RehearsedRollout[]): ScenarioResult {
  const toZeroSeconds = secondsOf(rollouts.map(({ toZeroMs }) => toZeroMs));
  const toPromotionSeconds = secondsOf(rollouts.map(({ toPromotionMs }) => toPromotionMs));
  const outcomes = byWord(OUTCOMES, (word) =>
    shareOf({ count: rollouts.filter(({ outcome }) => outcome === word).length, of: rollouts.length }),
  );
  const mean = (of: (rollout: RehearsedRollout) => number) => meanOf(rollouts.map(of));
  return {
    scenario,
    runs: rollouts.length,
    outcomes,
    wentWrong: isHarmful(scenario) ? outcomes.promoted : outcomes.rolledBack,
    takenBackBy: byWord(TAKERS, (word) => rollouts.filter(({ takenBackBy }) => takenBackBy === word).length),
    toZeroSeconds: spreadOf(toZeroSeconds),
    toPromotionSeconds: spreadOf(toPromotionSeconds),
    canaryRequests: spreadOf(rollouts.map(({ canaryRequests }) => canaryRequests)),
    harmedRequests: spreadOf(rollouts.map(({ harmedRequests }) => harmedRequests)),
    transitions: mean(({ transitions }) => transitions),
    invocations: mean(({ invocations }) => invocations),
    metricsRead: mean(({ metricsRead }) => metricsRead),
    usd: mean(({ usd }) => usd),
    weightZero: curveOf(toZeroSeconds, rollouts.length),
    promoted: curveOf(toPromotionSeconds, rollouts.length),
    firstOf: byWord(OUTCOMES, (word) => {
      const index = rollouts.findIndex(({ outcome }) => outcome === word);
      return index < 0 ? null : index;
    }),
  };
}

function byWord<Word extends string, T>(words: readonly Word[], of: (word: Word) => T): Record<Word, T> {
  return Object.fromEntries(words.map((word) => [word, of(word)])) as Record<Word, T>;
}

function secondsOf(times: readonly (number | null)[]): number[] {
  return times.filter((ms) => ms !== null).map((ms) => ms / 1_000);
}

/** Returns null for an empty list. Quantiles are values that occurred: the nearest rank. */
export function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((one, other) => one - other);
  const rank = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] as number;
  return { mean: meanOf(values), median: rank(0.5), p90: rank(0.9) };
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The curve steps up at each whole second in which something happened. */
function curveOf(seconds: readonly number[], of: number): CurvePoint[] {
  const counts = new Map<number, number>();
  for (const each of seconds) counts.set(Math.ceil(each), (counts.get(Math.ceil(each)) ?? 0) + 1);
  let sum = 0;
  return [...counts]
    .sort(([one], [other]) => one - other)
    .map(([at, count]) => {
      sum += count;
      return { seconds: at, share: sum / of };
    });
}
