/** How a canary is judged from per-period rows of both versions. Pure: rows in, verdict out. */
import type { PodsJudgement } from '../cluster/canary-pods.ts';
import type { Judge } from '../service-spec.ts';
import { judgeAlarms, withAlarms } from './alarm-evidence.ts';
import type { Baseline } from './baseline.ts';
import { withErrorKinds } from './error-kinds.ts';
import { judgeGauges } from './judge-gauges.ts';
import { judgeSequentially } from './judge-sequentially.ts';
import type { PeriodRow } from './period-row.ts';
import { withPods } from './pod-evidence.ts';
import { judgeRule, valuesInWords } from './threshold.ts';

export interface Evidence {
  /** The rule in words: which metric, which limit, how many periods. */
  readonly rule: string;
  readonly outcome: 'pass' | 'fail' | 'inconclusive';
  /** The value of each counted period, oldest first, with the stable version's beside it. */
  readonly periods: readonly { readonly startsAt: number; readonly canary: number; readonly stable: number | null }[];
}

export interface Verdict {
  readonly kind: 'healthy' | 'unhealthy' | 'inconclusive';
  readonly because: string;
  readonly evidence: readonly Evidence[];
  /** Both versions are bad: the rollout holds for a person, whatever the service's policy for too little data. */
  readonly holds?: true;
  /** Harm worth catching is ruled out: the rest of a bake may be left out. */
  readonly rulesOutHarm?: true;
}

export interface AlarmFact {
  readonly name: string;
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  /** False when somebody muted the alarm; left out, its actions are on. */
  readonly actionsEnabled?: boolean | undefined;
  /** Why its being OK says nothing, in words that follow its name; left out when it does. */
  readonly silence?: string | undefined;
}

/** What there is to go by: the closed periods of both versions at the present weight, and the alarms that count. */
export interface Observation {
  readonly judge: Judge;
  readonly rows: readonly PeriodRow[];
  /** What was fixed before the rollout, for a judge that asks for it; null when it was not measured yet. */
  readonly baseline?: Baseline | null;
  /** End of the last closed period, so that silence after the last row is seen; left out: there is none. */
  readonly until?: number;
  /** The alarms of the service that count and exist. */
  readonly alarms: readonly AlarmFact[];
  /** The alarms of the service that count and do not exist; left out, there is none. */
  readonly missingAlarms?: readonly string[] | undefined;
  /** The alarms that were red before the deployment, a hotfix, and do not count. */
  readonly ignoredAlarms?: readonly string[] | undefined;
  /** CloudWatch gave no answer about the alarms, so nothing is known of them. */
  readonly alarmsUnread?: boolean | undefined;
  /** What the pods of a workload say; left out, there is none, or nobody has looked. */
  readonly pods?: PodsJudgement | undefined;
}

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
