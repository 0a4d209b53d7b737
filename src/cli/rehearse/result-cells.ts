/** The results of each scenario as table cells, the same in the terminal and in the report. */
import type { RehearsalResult, ScenarioResult, Share, Spread } from '../../rehearse/rehearsal-result.ts';
import { isHarmful, scenarioTitle } from '../../rehearse/scenarios.ts';

export interface Column {
  /** Two lines. */
  readonly head: readonly [string, string];
  readonly cell: (result: ScenarioResult) => string;
}

export const COLUMNS: readonly Column[] = [
  { head: ['', 'scenario'], cell: ({ scenario }) => scenarioTitle(scenario) },
  { head: ['went wrong', '% (95 %)'], cell: (result) => shareInWords(result.wentWrong) },
  { head: ['promoted', '%'], cell: ({ outcomes }) => percent(outcomes.promoted.share) },
  { head: ['judge', '%'], cell: ({ takenBackBy, runs }) => percent(takenBackBy.judge / runs) },
  { head: ['alarm', '%'], cell: ({ takenBackBy, runs }) => percent(takenBackBy.alarm / runs) },
  { head: ['held', '%'], cell: ({ outcomes }) => percent(outcomes.held.share) },
  { head: ['to weight 0', 's: p50 / p90'], cell: ({ toZeroSeconds }) => spreadInWords(toZeroSeconds) },
  { head: ['to all calls', 's: p50 / p90'], cell: ({ toPromotionSeconds }) => spreadInWords(toPromotionSeconds) },
  { head: ['harmed', 'p50 / p90'], cell: (result) => harmedInWords(result) },
  { head: ['transi-', 'tions'], cell: ({ transitions }) => transitions.toFixed(0) },
  { head: ['dollars', 'each'], cell: ({ usd }) => usd.toPrecision(2) },
];

export const READ_THE_COLUMNS: readonly string[] = [
  'Went wrong: a healthy version that was taken back, a harmful one that was promoted. Judge, alarm: who took it back.',
  'Harmed: requests. p50 / p90: not above the first in half of the rollouts, not above the second in 90 %.',
];

const MOST = 0.5;

/** When most healthy versions are held, nothing was decided about them, and "went wrong" is low for that reason alone. */
export function undecidedInWords({ scenarios }: RehearsalResult): string[] {
  const healthy = scenarios.find(({ scenario }) => !isHarmful(scenario) && scenario.outage === 'drawn');
  if (healthy === undefined || healthy.outcomes.held.share <= MOST) return [];
  const { outcomes, firstOf } = healthy;
  return [
    `THIS STRATEGY DECIDES ALMOST NOTHING: ${percent(outcomes.held.share)} % of the healthy versions were held for a person. A version that is held did not go wrong, so that column says nothing here. See why: --only healthy/${firstOf.held}`,
  ];
}

/** For each scenario, the first rollout that went wrong, in the form that --only takes. */
export function wrongOnes({ scenarios }: RehearsalResult): string[] {
  const numbered = scenarios.flatMap(({ scenario, firstOf }) => {
    const first = isHarmful(scenario) ? firstOf.promoted : firstOf.rolledBack;
    return first === null ? [] : [`--only ${scenario.name}/${first}`];
  });
  return numbered.length === 0 ? [] : [`See one that went wrong: ${numbered.join(', ')}`];
}

/**
 * Rollouts that ended in another way, or were rolled back by neither the judge nor an alarm. They are listed below the
 * table, because they should not exist.
 */
export function strayInWords({ scenarios }: RehearsalResult): string[] {
  return scenarios.flatMap(({ scenario, outcomes, takenBackBy }) => {
    const stray = [
      ...(outcomes.other.count > 0 ? [`${outcomes.other.count} ended in another way`] : []),
      ...(takenBackBy.other > 0 ? [`${takenBackBy.other} were taken back for another reason`] : []),
    ];
    return stray.length === 0 ? [] : [`${scenarioTitle(scenario)}: ${stray.join(', ')}.`];
  });
}

function shareInWords({ share, from, to }: Share): string {
  return `${percent(share)} (${percent(from)}-${percent(to)})`;
}

function percent(share: number): string {
  return share === 1 ? '100' : (share * 100).toFixed(1);
}

function spreadInWords(spread: Spread | null): string {
  return spread === null ? '-' : `${rounded(spread.median)} / ${rounded(spread.p90)}`;
}

function harmedInWords({ scenario, harmedRequests }: ScenarioResult): string {
  return isHarmful(scenario) ? spreadInWords(harmedRequests) : '-';
}

function rounded(value: number): string {
  return value < 9_999.5 ? value.toFixed(0) : `${(value / 1_000).toFixed(0)}k`;
}
