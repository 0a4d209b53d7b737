/**
 * The last look before a promotion: an alarm of the service that does not exist any more holds it, and so does the silence of
 * all alarms where no judge step has asked them; a red one turns it back. A person's promote goes on without them.
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
  /** What the pods of a canary on a cluster say; null or left out, it has none with calls. */
  readonly pods?: PodsJudgement | null;
}

/** Null when nothing stands in the way; otherwise the deployment as it goes on. Throws Transient when the alarms cannot be read. */
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
  // Its event is on the way, or was lost. Before its first call a version has turned no alarm red.
  const isRed = verdict.kind === 'unhealthy' && deployment.atPercent > 0;
  const isGood = verdict.kind === 'healthy' || (!isRed && arePodsFine && isJudgedElsewhere(deployment));
  if (missingAlarms.length === 0 && isGood) return null;
  const recorded = await deployments.record(deployment.id, ({ deployment: current }) =>
    changeFor(current, { verdict, observed, now: clock.now() }),
  );
  return recorded.deployment;
}

/** By a judge step, by metrics, or never with calls on the canary: then the silence of alarms says nothing about it. */
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
