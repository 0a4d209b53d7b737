/**
 * Once a minute, for all rollouts at once: the slow net behind the alarms' events, the judge between the steps, the
 * deadline, and the waits whose signal was written but whose token was never answered.
 */
import type { Deployment } from '../domain/deployment.ts';
import type { FoundSplit } from '../domain/moved-by-others.ts';
import type { AlarmEvent } from '../domain/remediation.ts';
import { isRetreat } from '../domain/signal.ts';
import type { Recorded, Verdicts } from '../ports.ts';
import { fixBaseline } from './fix-baseline.ts';
import { lookAtAliases } from './look-at-aliases.ts';
import { noticeMissingAlarms } from './notice-missing-alarms.ts';
import { noticeHome, noticeOthers, noticeOthersInWatch } from './notice-others.ts';
import { type ObserveCanaryPorts, type ObservedCanary, observeCanaries } from './observe-canary.ts';
import { observeRows } from './observe-rows.ts';
import { withOlderRows } from './older-rows.ts';
import type { PublishOutboxPorts } from './publish-outbox.ts';
import { type RemediateAlarmPorts, remediateService } from './remediate-alarm.ts';
import { retreat } from './retreat.ts';
import { startWorkflow } from './start-workflow.ts';

export interface ObserveRolloutsPorts extends RemediateAlarmPorts, ObserveCanaryPorts, PublishOutboxPorts {
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
  const looked = [...trying, ...watched];
  const [{ observations, failures: unobserved }, { found, failures: unseen }] = await Promise.all([
    observeCanaries(ports, { deployments: looked, now }),
    lookAtAliases(ports, { deployments: looked, now }),
  ]);
  const failures = [...unobserved, ...unseen];
  const observe = (deployment: Deployment) => {
    const { id } = deployment;
    return { deployment, observation: observations.get(id), found: found.get(id), now };
  };
  // One broken target, or metrics that are throttled, must not keep the rest from being looked at: all is tried, then the
  // first failure is thrown, so that the tick is seen to have failed.
  const outcomes = await Promise.allSettled([
    ...trying.map((deployment) => observeTrying(ports, observe(deployment))),
    ...watched.map((deployment) => observeWatched(ports, observe(deployment))),
  ]);
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
  readonly found: FoundSplit | undefined;
  readonly now: number;
}

async function observeTrying(ports: ObserveRolloutsPorts, observed: Observed): Promise<void> {
  const { deployment, observation, now } = observed;
  if (now >= deployment.deadlineAt) {
    const because = 'The deadline of the rollout has passed';
    await retreat(ports, { deployment, kind: 'rollBack', because, by: 'slipway' });
    return;
  }
  if (observation === undefined || (await observeAlarms(ports, observed))) return;
  if (await noticeOthers(ports, observed)) return;
  await noticeMissingAlarms(ports, { deployment, observation });
  // What the versions do at another split than Slipway's is no evidence.
  if (deployment.progress.others !== undefined) return;
  const fixed = await fixBaseline(ports, { deployment, observation });
  if (fixed === null) return;
  const whole = await withOlderRows(ports, { deployment, observation: fixed, now });
  await observeRows(ports, { deployment, observation: whole, now });
  // After the alarms and the judge, which finish a way back of their own that stopped half-way.
  await noticeHome(ports, { deployment, found: observed.found, observation });
}

/**
 * Of a service, only the latest deployment is blamed, as by the alarm's own event. An alarm takes its time to turn green
 * again: one that is still red after a newer rollout went back would undo the good version before it too.
 */
async function observeWatched(ports: ObserveRolloutsPorts, observed: Observed): Promise<void> {
  const { deployment, observation } = observed;
  if (!observation?.alarms.some(({ state }) => state === 'ALARM')) {
    if (!(await noticeOthersInWatch(ports, observed)) && observation !== undefined)
      await noticeMissingAlarms(ports, { deployment, observation });
    return;
  }
  const [latest] = (await ports.deployments.list({ service: deployment.service, limit: 1 })).items;
  if (latest?.id === deployment.id) await observeAlarms(ports, observed);
}

/** True when an alarm is red and was acted on. The event is made here, because the real one was late or lost. */
async function observeAlarms(
  ports: ObserveRolloutsPorts,
  { deployment, observation, now }: Observed,
): Promise<boolean> {
  const red = observation?.alarms.find(({ state }) => state === 'ALARM');
  if (red === undefined) return false;
  const event: AlarmEvent = { id: `observed-${deployment.id}-${red.name}`, alarm: red.name, state: 'ALARM', at: now };
  const { did } = await remediateService(ports, { event, latest: deployment, alarmedAt: red.changedAt });
  return did !== 'nothing';
}
