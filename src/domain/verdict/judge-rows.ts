/** How a canary is judged from the periods of both versions, its alarms and its pods. */

import type { Judge } from '../service/service-spec.ts';
import { judgeAlarms, withAlarms } from './alarm-evidence.ts';
import type { Baseline } from './baseline.ts';
import { withErrorKinds } from './error-kinds.ts';
import { judgeGauges } from './judge-gauges.ts';
import { judgeSequentially } from './judge-sequentially.ts';
import type { PeriodRow } from './period-row.ts';
import { withPods } from './pod-evidence.ts';
import { recomputed, type StateOf } from './recompute.ts';
import { judgeRule, requestsInWords, valuesInWords } from './threshold.ts';
import type { Observation, Verdict } from './verdict.ts';

/**
 * The canary is unhealthy when an alarm is red, when its pods are bad, or when a rule failed, whatever the rest says. Otherwise
 * the verdict is inconclusive when an alarm or pods are missing, or a rule has too little data. `stateOf`: a caller that judges
 * the same rollout again and again may pass one that remembers.
 */
export function judgeRows(observation: Observation, stateOf: StateOf = recomputed): Verdict {
  const { pods } = observation;
  const verdict = judgeCalls(observation, stateOf);
  return pods === undefined ? verdict : withPods(verdict, pods);
}

/** The verdict by the alarms and the metrics. */
function judgeCalls(observation: Observation, stateOf: StateOf): Verdict {
  const { judge, rows, baseline = null, until } = observation;
  if (judge.kind === 'alarms-only' || observation.alarms.some(({ state }) => state === 'ALARM')) {
    return judgeAlarms(observation);
  }
  return withAlarms(withErrorKinds(judgeMetrics({ judge, rows, baseline, until, stateOf }), rows), observation);
}

function judgeMetrics({ judge, rows, baseline, until, stateOf }: JudgedMetrics): Verdict {
  if (judge.kind === 'sequential') return judgeSequentially(judge, { rows, baseline, until, stateOf });
  if (judge.kind === 'mann-whitney') return judgeGauges(judge, rows);
  const found = judge.rules.map((rule) => ({ rule, evidence: judgeRule({ judge, rule, rows }) }));
  const evidence = found.map((each) => each.evidence);
  const judged = found.filter(({ rule }) => rule.observedOnly !== true).map((each) => each.evidence);
  const failed = judged.find(({ outcome }) => outcome === 'fail');
  if (failed) return { kind: 'unhealthy', because: `${failed.rule}: ${valuesInWords(failed)}`, evidence };
  const unsure = judged.find(({ outcome }) => outcome === 'inconclusive');
  if (unsure) {
    const because = `Too little traffic to judge "${unsure.rule}": ${requestsInWords(judge, rows)}`;
    return { kind: 'inconclusive', because, evidence };
  }
  return { kind: 'healthy', because: `No rule failed: ${judged.map(({ rule }) => rule).join('; ')}`, evidence };
}

interface JudgedMetrics {
  readonly judge: Exclude<Judge, { kind: 'alarms-only' }>;
  readonly rows: readonly PeriodRow[];
  readonly baseline: Baseline | null;
  readonly until: number | undefined;
  readonly stateOf: StateOf;
}
