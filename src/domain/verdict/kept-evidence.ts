/** The evidence of a verdict as the timeline keeps it: for the sequential judge, the figures of each metric's last periods. */
import { PERIODS_SHOWN } from './judge-sequentially.ts';
import { type ReplayedMinute, replayFigures } from './replay.ts';
import type { Evidence, Observation, Verdict } from './verdict.ts';

/** Numbers are rounded to four significant digits: an entry goes out in an event, which must stay small. */
export function keptEvidence({ judge, rows, baseline = null, until }: Observation, { evidence }: Verdict): Evidence[] {
  if (judge.kind !== 'sequential') return [...evidence];
  const { metrics } = replayFigures(judge, { rows, baseline, until, last: PERIODS_SHOWN });
  return evidence.map((each, index) => {
    const metric = metrics[index];
    // What is said about an alarm comes after the metrics and has no figures.
    if (metric === undefined) return each;
    const { name, observedOnly, limit, because } = metric;
    const series = metric.series.map(({ name: of, minutes }) => ({ name: of, minutes: minutes.map(rounded) }));
    return {
      ...each,
      metric: name,
      observedOnly,
      evidence: round(metric.evidence),
      limit: round(limit),
      because,
      series,
    };
  });
}

/** Without the sentence, which says the same. */
function rounded({ startsAt, canary, stable, ratio, from, to, evidence, limit }: ReplayedMinute) {
  const short = { ratio: ratio === null ? null : round(ratio), evidence: round(evidence), limit: round(limit) };
  return { startsAt, canary, stable, from, to, ...short };
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
