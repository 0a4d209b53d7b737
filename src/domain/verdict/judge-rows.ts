/** How a canary is judged from per-period rows of both versions. Pure: rows in, verdict out. */

import type { Judge } from '../service/service-spec.ts';
import { judgeAlarms, withAlarms } from './alarm-evidence.ts';
import type { Baseline } from './baseline.ts';
import { withErrorKinds } from './error-kinds.ts';
import { judgeGauges } from './judge-gauges.ts';
import { judgeSequentially } from './judge-sequentially.ts';
import type { PeriodRow } from './period-row.ts';
import { withPods } from './pod-evidence.ts';
import { judgeRule, valuesInWords } from './threshold.ts';
import type { Observation, Verdict } from './verdict.ts';

/**
 * A red alarm makes the canary unhealthy, whatever the judge says. Then the canary's pods do, and then any failed rule; without
 * one, a missing alarm, missing pods or a rule that had too little to go by makes the verdict inconclusive.
 */
export function judgeRows(observation: Observation): Verdict {
  const { pods } = observation;
  const verdict = judgeCalls(observation);
  return pods === undefined ? verdict : withPods(verdict, pods);
}

/** By the alarms and the metrics. */
function judgeCalls(observation: Observation): Verdict {
  const { judge, rows, baseline = null, until } = observation;
  if (judge.kind === 'alarms-only' || observation.alarms.some(({ state }) => state === 'ALARM')) {
    return judgeAlarms(observation);
  }
  return withAlarms(withErrorKinds(judgeMetrics({ judge, rows, baseline, until }), rows), observation);
}

function judgeMetrics({ judge, rows, baseline, until }: JudgedMetrics): Verdict {
  if (judge.kind === 'sequential') return judgeSequentially(judge, { rows, baseline, until });
  if (judge.kind === 'mann-whitney') return judgeGauges(judge, rows);
  const evidence = judge.rules.map((rule) => judgeRule({ judge, rule, rows }));
  const judged = evidence.filter((_, index) => judge.rules[index]?.observedOnly !== true);
  const failed = judged.find(({ outcome }) => outcome === 'fail');
  if (failed) return { kind: 'unhealthy', because: `${failed.rule}: ${valuesInWords(failed)}`, evidence };
  const unsure = judged.find(({ outcome }) => outcome === 'inconclusive');
  if (unsure) return { kind: 'inconclusive', because: `Too little traffic to judge "${unsure.rule}"`, evidence };
  return { kind: 'healthy', because: `No rule failed: ${judged.map(({ rule }) => rule).join('; ')}`, evidence };
}

interface JudgedMetrics {
  readonly judge: Exclude<Judge, { kind: 'alarms-only' }>;
  readonly rows: readonly PeriodRow[];
  readonly baseline: Baseline | null;
  readonly until: number | undefined;
}
