/** What a judge gets and what it says: the observation, the verdict, and the evidence that the verdict rests on. */

import type { Judge } from '../service/service-spec.ts';
import type { PodsJudgement } from '../workload/canary-pods.ts';
import type { Baseline } from './baseline.ts';
import type { PeriodRow } from './period-row.ts';

export interface Evidence {
  /** The rule in words, for people only: which metric, which limit, how many periods. */
  readonly rule: string;
  readonly outcome: 'pass' | 'fail' | 'inconclusive';
  /** The value of each counted period, oldest first, with the stable version's beside it. */
  readonly periods: readonly { readonly startsAt: number; readonly canary: number; readonly stable: number | null }[];
}

export interface Verdict {
  readonly kind: 'healthy' | 'unhealthy' | 'inconclusive';
  readonly because: string;
  /** First that of the judge's rules or metrics, in their order; then that of alarms, and that of pods. */
  readonly evidence: readonly Evidence[];
  /**
   * The rollout holds for a person, whatever the service's policy for too little data: for example when both versions are bad,
   * or when an alarm is missing.
   */
  readonly holds?: true;
  /** Harm that is worth catching is ruled out, so the rest of a bake may be skipped. */
  readonly rulesOutHarm?: true;
}

export interface AlarmFact {
  readonly name: string;
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  /** False when the alarm is muted; left out when its actions are on. */
  readonly actionsEnabled?: boolean | undefined;
  /** Why the state OK says nothing, in words that follow the alarm's name; left out when OK is evidence of health. */
  readonly silence?: string | undefined;
}

/** What was observed of a rollout: the closed periods of both versions, and the alarms that count. */
export interface Observation {
  readonly judge: Judge;
  readonly rows: readonly PeriodRow[];
  /** For the judge `sequential`: what was measured before the rollout; null when it was not measured yet. */
  readonly baseline?: Baseline | null;
  /** End of the last closed period, in epoch milliseconds, so that silence after the last row is seen; left out without one. */
  readonly until?: number;
  /** The alarms of the service that count and exist. */
  readonly alarms: readonly AlarmFact[];
  /** The alarms of the service that count and do not exist; left out when there are none. */
  readonly missingAlarms?: readonly string[] | undefined;
  /** The alarms that were red before the deployment, which is a hotfix: they do not count. */
  readonly ignoredAlarms?: readonly string[] | undefined;
  /** True when CloudWatch gave no answer about the alarms, so that their states are unknown. */
  readonly alarmsUnread?: boolean | undefined;
  /** What the pods of a workload say; left out when there are none, or before the first look at them. */
  readonly pods?: PodsJudgement | undefined;
}
