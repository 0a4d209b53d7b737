/**
 * The last check before a promotion. It holds the rollout when an alarm of the service no longer exists. It also holds
 * when all alarms are silent and no judge step has used them. A red alarm rolls back. A person's promote skips these
 * checks.
 */

import { countedAlarms, type Deployment } from '../../domain/deployment/deployment.ts';
import { toldOfMissing } from '../../domain/deployment/missing-alarms.ts';
import { afterVerdict, decideNext } from '../../domain/deployment/rollout.ts';
import { isFromBefore } from '../../domain/remediation/leftover-alarms.ts';
import { judgeAlarms } from '../../domain/verdict/alarm-evidence.ts';
import { withPods } from '../../domain/verdict/pod-evidence.ts';
import type { Observation, Verdict } from '../../domain/verdict/verdict.ts';
import type { PodsJudgement } from '../../domain/workload/canary-pods.ts';
import type { Alarms } from '../../ports/alarms.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Change, Deployments } from '../../ports/deployments.ts';
import { readAlarms } from '../steps/read-alarms.ts';
import { verdictEntry } from '../steps/verdict-entry.ts';

export interface HoldWithoutEvidencePorts {
  readonly deployments: Deployments;
  readonly alarms: Alarms;
  readonly clock: Clock;
}

export interface LastLook {
  readonly deployment: Deployment;
  /** The judgement of the pods of a canary on a cluster; null or left out when it has no pods with calls. */
  readonly pods?: PodsJudgement | null;
}

/**
 * Returns null when the promotion may go on; otherwise the deployment with what it does instead. Throws Transient when
 * the alarms cannot be read.
 */
export async function holdWithoutEvidence(
  { deployments, alarms, clock }: HoldWithoutEvidencePorts,
  { deployment, pods = null }: LastLook,
): Promise<Deployment | null> {
  const counted = countedAlarms(deployment);
  const arePodsFine = pods === null || pods.kind === 'healthy';
  if ((counted.length === 0 && arePodsFine) || deployment.progress.isForced) return null;
  const { alarms: readings } = counted.length === 0 ? { alarms: [] } : await readAlarms(alarms, counted);
  const missingAlarms = counted.filter((name) => !readings.some((reading) => reading.name === name));
  const before = readings.filter((reading) => isFromBefore(deployment, reading));
  const ignoredAlarms = before.map(({ name }) => name);
  const observed = { alarms: readings.filter((one) => !before.includes(one)), missingAlarms, ignoredAlarms };
  const verdict = pods === null ? judgeAlarms(observed) : withPods(judgeAlarms(observed), pods);
  // A red alarm counts even if its event is on the way or was lost. A version that never had a call has turned no alarm
  // red.
  const isRed = verdict.kind === 'unhealthy' && deployment.atPercent > 0;
  const isGood = verdict.kind === 'healthy' || (!isRed && arePodsFine && isJudgedElsewhere(deployment));
  if (missingAlarms.length === 0 && isGood) return null;
  const recorded = await deployments.record(deployment.id, ({ deployment: current }) =>
    changeFor(current, { verdict, observed, now: clock.now() }),
  );
  return recorded.deployment;
}

/**
 * True when a judge step or metrics judged the version, or when the canary never had calls: then silent alarms say
 * nothing about the version.
 */
function isJudgedElsewhere({ spec, steps, atPercent }: Deployment): boolean {
  return spec.judge.kind !== 'alarms-only' || atPercent === 0 || steps.some((step) => 'judge' in step);
}

interface Looked {
  readonly verdict: Verdict;
  readonly observed: Pick<Observation, 'missingAlarms'>;
  readonly now: number;
}

function changeFor(current: Deployment, { verdict, observed: { missingAlarms = [] }, now }: Looked): Change | null {
  if (current.signal !== null || decideNext(current, now).do !== 'promote') return null;
  const told = toldOfMissing(current, missingAlarms);
  return {
    deployment: afterVerdict(told.deployment, { verdict, now }),
    entries: [verdictEntry({ verdict, evidence: verdict.evidence }, current), ...told.entries],
  };
}
