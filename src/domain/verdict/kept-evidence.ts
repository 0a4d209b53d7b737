/** The evidence of a verdict as the timeline stores it: for the sequential judge, with the figures of each metric's last periods. */
import { EVIDENCE_PERIODS } from './judge-sequentially.ts';
import { type ReplayedPeriod, replayFigures } from './replay.ts';
import type { Evidence, Observation, Verdict } from './verdict.ts';

/**
 * Numbers are rounded to four significant digits: a timeline entry is published in an event, which must stay small. The names
 * of the fields are stored and read by the API's callers, so they stay: `minutes` are periods.
 */
export function keptEvidence({ judge, rows, baseline = null, until }: Observation, { evidence }: Verdict): Evidence[] {
  if (judge.kind !== 'sequential') return [...evidence];
  const { metrics } = replayFigures(judge, { rows, baseline, until, last: EVIDENCE_PERIODS });
  return evidence.map((each, place) => {
    // The evidence of the judge's metrics comes first, in their order; that of alarms and pods has no figures.
    const metric = metrics[place];
    if (metric === undefined) return each;
    const { name, observedOnly, limit, because } = metric;
    const series = metric.series.map(({ name: of, periods }) => ({ name: of, minutes: periods.map(rounded) }));
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

/** Without the sentence, which would only repeat the figures. */
function rounded({ startsAt, canary, stable, ratio, from, to, evidence, limit }: ReplayedPeriod) {
  const short = { ratio: ratio === null ? null : round(ratio), evidence: round(evidence), limit: round(limit) };
  return { startsAt, canary, stable, from, to, ...short };
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
