/**
 * Once a minute, for all rollouts at once: the slow net behind the alarms' events, the judge between the steps, the
 * deadline, and the waits whose signal was written but whose token was never answered.
 */
import type { Deployment } from '../domain/deployment.ts';
import type { AlarmEvent } from '../domain/remediation.ts';
import { isRetreat } from '../domain/signal.ts';
import type { Deployments, Recorded, Verdicts } from '../ports.ts';
import { fixBaseline } from './fix-baseline.ts';
import { type ObserveCanaryPorts, type ObservedCanary, observeCanaries } from './observe-canary.ts';
import { observeRows } from './observe-rows.ts';
import { withOlderRows } from './older-rows.ts';
import { type RemediateAlarmPorts, remediateAlarm } from './remediate-alarm.ts';
import { retreat } from './retreat.ts';
import { startWorkflow } from './start-workflow.ts';

export interface ObserveRolloutsPorts extends RemediateAlarmPorts, ObserveCanaryPorts {
  readonly deployments: Deployments;
  readonly verdicts: Verdicts;
}

export async function observeRollouts(ports: ObserveRolloutsPorts): Promise<{ readonly observed: number }> {
  const { deployments, workflows, clock } = ports;
  const now = clock.now();
  const [inFlight, watched] = await Promise.all([deployments.listInFlight(), deployments.listWatched(now)]);
  await Promise.all(inFlight.filter(isUnanswered).map(({ waitToken }) => workflows.answer(waitToken ?? '')));
  await Promise.all(
    inFlight.filter(isUnsent).map(({ deployment: { id } }) => startWorkflow(ports, { id, kind: 'rollback' })),
  );

  const trying = inFlight.map(({ deployment }) => deployment).filter(isTrying);
  const { observations, failures } = await observeCanaries(ports, { deployments: [...trying, ...watched], now });
  const observe = (deployment: Deployment) => ({ deployment, observation: observations.get(deployment.id), now });
  // One broken target, or metrics that are throttled, must not keep the rest from being looked at: all is tried, then the
  // first failure is thrown, so that the tick is seen to have failed.
  const remedied = new Set<string>();
  const red = await Promise.allSettled(
    redAlarms([...observations.values()]).map(async (event) => {
      for (const { did, deploymentId } of await remediateAlarm(ports, event))
        if (did !== 'nothing') remedied.add(deploymentId);
    }),
  );
  const left = trying.filter(({ id }) => !remedied.has(id));
  const outcomes = [
    ...red,
    ...(await Promise.allSettled(left.map((deployment) => observeTrying(ports, observe(deployment))))),
  ];
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  if (failures.length > 0) throw failures[0];
  return { observed: trying.length + watched.length };
}

/** The signal is written and the wait is still there: whoever wrote it stopped before answering the token. */
function isUnanswered({ deployment, waitToken }: Recorded): boolean {
  return deployment.signal !== null && waitToken !== null;
}

/** The same on a cluster, where the rollout's machine is at work and the other one was not started beside it. */
function isUnsent({ deployment: { kind, spec, signal, status }, waitToken }: Recorded): boolean {
  if (spec.target.kind !== 'kubernetes' || kind !== 'rollout' || status === 'rollingBack') return false;
  return waitToken === null && isRetreat(signal) && signal?.kind !== 'supersede';
}

/** A canary that has, or may have, traffic and is not on its way back. */
function isTrying({ kind, signal, status, canary }: Deployment): boolean {
  return kind === 'rollout' && canary !== null && status !== 'rollingBack' && !isRetreat(signal);
}

interface Observed {
  readonly deployment: Deployment;
  readonly observation: ObservedCanary | undefined;
  readonly now: number;
}

/**
 * The events of the alarms that are red, made here because the real ones were late or lost. They mean what those mean: what
 * is done about an alarm is decided in one place, for all targets of services that name it.
 */
function redAlarms(observations: readonly ObservedCanary[]): readonly AlarmEvent[] {
  const red = observations.flatMap(({ alarms }) => alarms).filter(({ state }) => state === 'ALARM');
  const byName = new Map(red.map(({ name, changedAt }) => [name, changedAt]));
  return [...byName].map(([alarm, at]) => ({ id: `observed-${alarm}-${at}`, alarm, state: 'ALARM', at }));
}

async function observeTrying(ports: ObserveRolloutsPorts, observed: Observed): Promise<void> {
  const { deployment, observation, now } = observed;
  if (now >= deployment.deadlineAt) {
    const because = 'The deadline of the rollout has passed';
    await retreat(ports, { deployment, kind: 'rollBack', because, by: 'slipway' });
    return;
  }
  if (observation === undefined) return;
  const fixed = await fixBaseline(ports, { deployment, observation });
  if (fixed === null) return;
  const whole = await withOlderRows(ports, { deployment, observation: fixed, now });
  await observeRows(ports, { deployment, observation: whole, now });
}
