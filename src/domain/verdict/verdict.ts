/** How a canary is judged from per-period rows of both versions. Pure: rows in, verdict out. */
import type { Judge } from '../service-spec.ts';
import type { Baseline } from './baseline.ts';
import { judgeGauges } from './judge-gauges.ts';
import { judgeSequentially } from './judge-sequentially.ts';
import type { PeriodRow } from './period-row.ts';
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
}

/** What there is to go by: the closed periods of both versions at the present weight, and the alarms that count. */
export interface Observation {
  readonly judge: Judge;
  readonly rows: readonly PeriodRow[];
  /** What was fixed before the rollout, for a judge that asks for it; null when it was not measured yet. */
  readonly baseline?: Baseline | null;
  /** End of the last closed period, so that silence after the last row is seen; left out: there is none. */
  readonly until?: number;
  readonly alarms: readonly AlarmFact[];
}

/**
 * A red alarm makes the canary unhealthy, whatever the judge says. Then any failed rule does; and without one, any
 * rule that had too little to go by makes the verdict inconclusive.
 */
export function judgeRows({ judge, rows, baseline = null, until, alarms }: Observation): Verdict {
  const red = alarms.filter(({ state }) => state === 'ALARM');
  if (red.length > 0) {
    return { kind: 'unhealthy', because: `Alarm ${red.map(({ name }) => name).join(', ')} is red`, evidence: [] };
  }
  if (judge.kind === 'alarms-only') {
    return { kind: 'healthy', because: 'No alarm is red, and the judge is alarms-only', evidence: [] };
  }
  if (judge.kind === 'sequential') return judgeSequentially(judge, { rows, baseline, until });
  if (judge.kind === 'mann-whitney') return judgeGauges(judge, rows);
  const evidence = judge.rules.map((rule) => judgeRule({ judge, rule, rows }));
  const failed = evidence.find(({ outcome }) => outcome === 'fail');
  if (failed) return { kind: 'unhealthy', because: `${failed.rule}: ${valuesInWords(failed)}`, evidence };
  const unsure = evidence.find(({ outcome }) => outcome === 'inconclusive');
  if (unsure) return { kind: 'inconclusive', because: `Too little traffic to judge "${unsure.rule}"`, evidence };
  return { kind: 'healthy', because: `No rule failed: ${evidence.map(({ rule }) => rule).join('; ')}`, evidence };
}
