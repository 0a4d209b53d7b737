/**
 * The safety net behind the events of alarms. Once a minute it looks at all rollouts: it acts on red alarms, judges
 * between the steps, and ends rollouts past their deadline. It also answers waits whose signal was stored but whose
 * token was never answered.
 */

import { goesForward } from '../../domain/deployment/accept-signal.ts';
import type { Deployment } from '../../domain/deployment/deployment.ts';
import type { FoundSplit } from '../../domain/deployment/moved-by-others.ts';
import { isRetreat } from '../../domain/deployment/signal.ts';
import type { AlarmEvent } from '../../domain/remediation/remediation.ts';
import { targetRules } from '../../domain/service/target.ts';
import type { CanaryLook } from '../../domain/workload/canary-pods.ts';
import type { Deployments, Recorded } from '../../ports/deployments.ts';
import type { Verdicts } from '../../ports/verdicts.ts';
import { fixBaseline } from '../judging/fix-baseline.ts';
import { type LookAtAliasesPorts, lookAtAliases } from '../judging/look-at-aliases.ts';
import { type LookAtClustersPorts, lookAtClusters } from '../judging/look-at-clusters.ts';
import { observePods, observeRows } from '../judging/observe-rows.ts';
import { withOlderRows } from '../judging/older-rows.ts';
import { keepLook } from '../steps/keep-look.ts';
import { type ObserveCanaryPorts, type ObservedCanary, observeCanaries } from '../steps/observe-canary.ts';
import type { PublishOutboxPorts } from '../steps/publish-outbox.ts';
import { STARTED_WITHIN_MS, startWorkflow } from '../steps/start-workflow.ts';
import { type RemediateAlarmPorts, remediateAlarm } from '../way-back/remediate-alarm.ts';
import { retreat } from '../way-back/retreat.ts';
import { type Retreat, takeTrafficBack } from '../way-back/take-traffic-back.ts';
import { noticeMissingAlarms } from './notice-missing-alarms.ts';
import { noticeHome, noticeOthers, noticeOthersInWatch } from './notice-others.ts';

export interface ObserveRolloutsPorts
  extends RemediateAlarmPorts,
    ObserveCanaryPorts,
    LookAtAliasesPorts,
    LookAtClustersPorts,
    PublishOutboxPorts {
  readonly deployments: Deployments;
  readonly verdicts: Verdicts;
}

export async function observeRollouts(ports: ObserveRolloutsPorts): Promise<{ readonly observed: number }> {
  const { deployments, workflows, clock } = ports;
  const now = clock.now();
  const [inFlight, watched] = await Promise.all([deployments.listInFlight(), deployments.listWatched(now)]);
  const woken = await Promise.allSettled([
    ...inFlight.filter(isUnanswered).map(({ waitToken }) => workflows.answer(waitToken ?? '')),
    ...inFlight.flatMap(({ deployment }) => halfWay(deployment)).map((order) => takeTrafficBack(ports, order)),
    ...inFlight.filter(isUnsent).map(({ deployment: { id } }) => startWorkflow(ports, { id, kind: 'rollback' })),
    ...inFlight.filter(isUnstarted(now)).map(({ deployment }) => startWorkflow(ports, deployment)),
  ]);

  const trying = inFlight.map(({ deployment }) => deployment).filter(isTrying);
  const looked = [...trying, ...watched];
  const { observations, failures: unobserved } = await observeCanaries(ports, { deployments: looked, now });
  // One broken target, or throttled metrics, must not stop the look at the other rollouts. All are tried. Then the
  // first failure is thrown, so that the tick counts as failed.
  const remedied = new Set<string>();
  const red = await Promise.allSettled(
    redAlarms([...observations.values()]).map(async (event) => {
      for (const { did, deploymentId } of await remediateAlarm(ports, { ...event, seenRedAt: now }))
        if (did !== 'nothing') remedied.add(deploymentId);
    }),
  );
  // This comes after the alarms, because it waits for its turn, and users on a bad version must not wait.
  const [{ found, failures: unseen }, looks] = await Promise.all([
    lookAtAliases(ports, { deployments: looked, now }),
    lookAtClusters(ports, { inFlight: inFlight.filter(({ deployment }) => isTrying(deployment)), now }),
  ]);
  const failures = [...unobserved, ...unseen];
  const observe = (deployment: Deployment) => {
    const { id } = deployment;
    return { deployment, observation: observations.get(id), found: found.get(id), look: looks.get(id), now };
  };
  const left = (all: readonly Deployment[]) => all.filter(({ id }) => !remedied.has(id));
  const rest = await Promise.allSettled([
    ...left(trying).map((deployment) => observeTrying(ports, observe(deployment))),
    ...left(watched).map((deployment) => observeWatched(ports, observe(deployment))),
  ]);
  const outcomes = [...woken, ...red, ...rest];
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  if (failures.length > 0) throw failures[0];
  return { observed: trying.length + watched.length };
}

/**
 * The signal is stored and the wait is still there: the process that stored the signal stopped before it answered the
 * token.
 */
function isUnanswered({ deployment, waitToken }: Recorded): boolean {
  return deployment.signal !== null && waitToken !== null;
}

/**
 * Finds rollouts that the ledger shows as rolling back but still with calls: the process that rolled back was throttled
 * or stopped.
 */
function halfWay(deployment: Deployment): readonly Retreat[] {
  const { spec, signal, atPercent, kind } = deployment;
  if (targetRules(spec.target).isMovedByTask || kind !== 'rollout' || atPercent === 0 || !isRetreat(signal)) return [];
  const { kind: asked, because, by } = signal;
  return [{ deployment, kind: asked, because, by }];
}

/**
 * True on a cluster when a rollout must roll back while its machine is at work, and the rollback's machine was not
 * started.
 */
function isUnsent({ deployment: { kind, spec, signal, status }, waitToken }: Recorded): boolean {
  if (!targetRules(spec.target).isMovedByTask || kind !== 'rollout' || status === 'rollingBack') return false;
  return waitToken === null && isRetreat(signal) && signal.kind !== 'supersede';
}

/** The process that opened the deployment stopped before it started the machine, and no request was repeated. */
function isUnstarted(now: number): (recorded: Recorded) => boolean {
  return ({ deployment: { status, openedAt } }) => status === 'opened' && openedAt <= now - STARTED_WITHIN_MS;
}

/** True when the canary has traffic, or may have, and is not rolling back. */
function isTrying(deployment: Deployment): boolean {
  const { kind, canary } = deployment;
  return kind === 'rollout' && canary !== null && goesForward(deployment);
}

interface Observed {
  readonly deployment: Deployment;
  readonly observation: ObservedCanary | undefined;
  readonly found: FoundSplit | undefined;
  readonly look: CanaryLook | undefined;
  readonly now: number;
}

/**
 * Makes the events of red alarms, because the real events may be late or lost. They mean the same as the real events.
 * One place, `remediateAlarm`, decides what is done about an alarm, for all targets of services that name it.
 */
function redAlarms(observations: readonly ObservedCanary[]): readonly AlarmEvent[] {
  const red = observations.flatMap(({ alarms }) => alarms).filter(({ state }) => state === 'ALARM');
  const byName = new Map(red.map((reading) => [reading.name, reading]));
  return [...byName.values()].map(({ name: alarm, changedAt: at, dataFrom }) => ({
    ...{ id: `observed-${alarm}-${at}`, alarm, at, dataFrom },
    state: 'ALARM',
  }));
}

async function observeTrying(ports: ObserveRolloutsPorts, observed: Observed): Promise<void> {
  const { deployment, now } = observed;
  if (now >= deployment.deadlineAt) {
    const because = 'The deadline of the rollout has passed';
    await retreat(ports, { deployment, kind: 'rollBack', because, by: 'slipway' });
    return;
  }
  const observation = await withPods(ports, observed);
  if (observation === undefined) return;
  if (!isRed(observation) && (await observePods(ports, { deployment, observation }))) return;
  // When an alarm is red, Slipway has acted on it or tries again. Then a change of the alias may be Slipway's own.
  if (!isRed(observation) && (await noticeOthers(ports, observed))) return;
  await noticeMissingAlarms(ports, { deployment, observation });
  // While the split is not Slipway's, the versions give no evidence. But all calls may be back on stable by now.
  if (deployment.progress.others !== undefined) {
    await noticeHome(ports, { ...observed, observation, again: () => alarmsNow(ports, deployment) });
    return;
  }
  const fixed = await fixBaseline(ports, { deployment, observation });
  if (fixed === null) return;
  const whole = await withOlderRows(ports, { deployment, observation: fixed, now });
  await observeRows(ports, { deployment, observation: whole, now });
  // After the alarms and the judge, because both finish a rollback of their own that stopped half-way.
  await noticeHome(ports, { ...observed, observation, again: () => alarmsNow(ports, deployment) });
}

async function withPods(
  ports: ObserveRolloutsPorts,
  { deployment, observation, look }: Observed,
): Promise<ObservedCanary | undefined> {
  if (observation === undefined || look === undefined) return observation;
  const pods = await keepLook(ports, { deployment, look });
  return { ...observation, pods };
}

/**
 * Checks the two other things that can go wrong during a watch: another tool or person moved the alias, or the alarms
 * are gone.
 */
async function observeWatched(ports: ObserveRolloutsPorts, observed: Observed): Promise<void> {
  const { deployment, observation } = observed;
  if (observation === undefined || isRed(observation)) return;
  const again = () => alarmsNow(ports, deployment);
  if (await noticeOthersInWatch(ports, { ...observed, observation, again })) return;
  await noticeMissingAlarms(ports, { deployment, observation });
}

async function alarmsNow(
  ports: ObserveRolloutsPorts,
  deployment: Deployment,
): Promise<Pick<ObservedCanary, 'alarms'> | null> {
  const { observations } = await observeCanaries(ports, { deployments: [deployment], now: ports.clock.now() });
  return observations.get(deployment.id) ?? null;
}

function isRed({ alarms }: ObservedCanary): boolean {
  return alarms.some(({ state }) => state === 'ALARM');
}
