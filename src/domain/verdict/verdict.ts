/** What a judge is given and what it says: the observation, the verdict, and the evidence that the verdict rests on. */

import type { Judge } from '../service/service-spec.ts';
import type { PodsJudgement } from '../workload/canary-pods.ts';
import type { Baseline } from './baseline.ts';
import type { PeriodRow } from './period-row.ts';

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
