/**
 * The task after a wait. It takes up the signal that ended the wait, or records that the bake is over. Then it judges, if a
 * judge step is due, and says what comes next.
 */

import { type Deployment, isInFlight } from '../../domain/deployment/deployment.ts';
import { toldOfMissing } from '../../domain/deployment/missing-alarms.ts';
import {
  afterVerdict,
  decideNext,
  isBakeOver,
  isLate,
  nextStep,
  takeUpSignal,
} from '../../domain/deployment/rollout.ts';
import { isRetreat } from '../../domain/deployment/signal.ts';
import { isSlipwayError } from '../../domain/errors.ts';
import { sentence } from '../../domain/sentence.ts';
import { targetRules } from '../../domain/service/target.ts';
import { judgeRows } from '../../domain/verdict/judge-rows.ts';
import { keptEvidence } from '../../domain/verdict/kept-evidence.ts';
import type { PodsJudgement } from '../../domain/workload/canary-pods.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Change, Deployments, Recorded } from '../../ports/deployments.ts';
import type { Verdicts } from '../../ports/verdicts.ts';
import { holdWithoutEvidence } from '../rollout/hold-without-evidence.ts';
import { type ObserveCanaryPorts, type ObservedCanary, observeCanaries } from '../steps/observe-canary.ts';
import { type PublishOutboxPorts, publishOutbox } from '../steps/publish-outbox.ts';
import { DeploymentTask, lookResult, type TaskResult, taskResult } from '../steps/task-input.ts';
import { type Reached, verdictEntry } from '../steps/verdict-entry.ts';
import { waitOut } from '../steps/wait-out.ts';
import { fixBaseline } from './fix-baseline.ts';
import { knownStates } from './known-states.ts';
import type { LookAtClustersPorts } from './look-at-clusters.ts';
import { lookBeforeVerdict } from './look-before-verdict.ts';
import { withOlderRows } from './older-rows.ts';

export const JudgeCanaryInput = DeploymentTask;

export interface JudgeCanaryPorts extends ObserveCanaryPorts, PublishOutboxPorts, LookAtClustersPorts {
  readonly deployments: Deployments;
  readonly verdicts: Verdicts;
  readonly clock: Clock;
}

export async function judgeCanary(ports: JudgeCanaryPorts, { deploymentId }: DeploymentTask): Promise<TaskResult> {
  const { deployments, clock } = ports;
  const { deployment } = await deployments.record(deploymentId, (current) => afterWait(current, clock.now()));
  // Without permission to read the evidence there is no verdict of any kind: the judge looks again later.
  const act = () => judged(ports, deployment);
  const result = await waitOut(ports, { deployment, step: 'judge', backTo: 'judge', act });
  if (isRetreat(deployment.signal)) await keepEvidence(ports, deployment);
  await publishOutbox(ports, { deploymentId });
  return result;
}

/** The result of the task: after the verdict if a judge step is due, and at once otherwise. */
async function judged(ports: JudgeCanaryPorts, deployment: Deployment): Promise<TaskResult> {
  const { clock } = ports;
  const { do: due } = decideNext(deployment, clock.now());
  // On Lambda, the task that promotes looks at the evidence. On a cluster this task does, because it sends the order to promote.
  const isLast =
    due === 'promote' && targetRules(deployment.spec.target).isMovedByTask && !deployment.progress.isForced;
  if (deployment.signal !== null || (due !== 'judge' && !isLast)) return taskResult(deployment, clock.now());
  const pods = await lookBeforeVerdict(ports, deployment);
  if (pods === 'byTask') return lookResult(deployment, clock.now());
  const next = isLast
    ? ((await holdWithoutEvidence(ports, { deployment, pods })) ?? deployment)
    : await judgeNow(ports, { deployment, pods });
  return taskResult(next, clock.now());
}

function afterWait({ deployment, waitToken }: Recorded, now: number): Change | null {
  if (!isInFlight(deployment)) return null;
  const { signal } = deployment;
  if (signal !== null) {
    const late = isLate(deployment, signal) ? ' That step had ended by itself, so no other step is ended.' : '';
    const because = `${signal.kind}: ${late === '' ? signal.because : sentence(signal.because)}${late}`;
    const entries = [{ kind: 'SignalTakenUp', by: signal.by, because, data: { signal: signal.kind } }] as const;
    return { deployment: takeUpSignal(deployment, now), entries, wait: 'answered' };
  }
  if (isBakeOver(deployment, now)) return { deployment: nextStep(deployment, now), entries: [], wait: 'answered' };
  return waitToken === null ? null : { deployment, entries: [], wait: 'answered' };
}

/** Stores the canary's rows up to its rollback, for `explain`. The rollback does not depend on it. */
async function keepEvidence(ports: JudgeCanaryPorts, deployment: Deployment): Promise<void> {
  try {
    await observe(ports, deployment);
  } catch (error) {
    if (!isSlipwayError(error, 'Transient')) throw error;
  }
}

/** Reads what the verdict rests on, and stores the rows. */
async function observe(ports: JudgeCanaryPorts, deployment: Deployment): Promise<ObservedCanary> {
  const { deployments, verdicts, clock } = ports;
  const { id } = deployment;
  const { observations, failures } = await observeCanaries(ports, { deployments: [deployment], now: clock.now() });
  if (failures.length > 0) throw failures[0];
  const found = observations.get(id) ?? nothingObserved(deployment);
  const observation = await fixBaseline(ports, { deployment, observation: found });
  // Another process looked first and stored other latencies: read once more by its latencies.
  if (observation === null) return observe(ports, (await deployments.read(id)).deployment);
  await verdicts.record(id, observation.rows);
  return withOlderRows(ports, { deployment, observation, now: clock.now() });
}

function nothingObserved({ spec }: Deployment): ObservedCanary {
  return { judge: spec.judge, rows: [], baseline: null, alarms: [], missingAlarms: [], alarmsUnread: true };
}

async function judgeNow(
  ports: JudgeCanaryPorts,
  { deployment, pods }: { readonly deployment: Deployment; readonly pods: PodsJudgement | null },
): Promise<Deployment> {
  const observation = { ...(await observe(ports, deployment)), ...(pods !== null && { pods }) };
  const verdict = judgeRows(observation, knownStates);
  const reached = { verdict, evidence: keptEvidence(observation, verdict) };
  const { missingAlarms: missing } = observation;
  const recorded = await ports.deployments.record(deployment.id, ({ deployment: current }) =>
    withVerdict(current, { reached, missing, now: ports.clock.now() }),
  );
  return recorded.deployment;
}

function withVerdict(
  current: Deployment,
  { reached, missing, now }: { readonly reached: Reached; readonly missing: readonly string[]; readonly now: number },
): Change | null {
  if (decideNext(current, now).do !== 'judge') return null;
  const { verdict } = reached;
  const told = toldOfMissing(current, missing);
  return {
    deployment: afterVerdict(told.deployment, { verdict, now }),
    entries: [verdictEntry(reached, current), ...told.entries],
  };
}
