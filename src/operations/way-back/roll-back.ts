/**
 * The task that rolls back: it puts all traffic on stable and records why, whatever led to it. When a third version is
 * live, another tool or person has moved the traffic. Then the task leaves the traffic alone, records that, and pages a
 * person.
 */
import * as z from 'zod/mini';
import { type Deployment, hasEndedOnStable, isInFlight } from '../../domain/deployment/deployment.ts';
import type { EntryDraft } from '../../domain/deployment/timeline.ts';
import { liveSplit, type OwnSplit, recordTraffic } from '../../domain/deployment/traffic-record.ts';
import { wayBackLost } from '../../domain/deployment/way-back.ts';
import { isSlipwayError } from '../../domain/errors.ts';
import { wayBackOrderFor } from '../../domain/orders/cluster-order.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Change, Deployments } from '../../ports/deployments.ts';
import type { Moved, Traffic } from '../../ports/traffic.ts';
import type { Versions } from '../../ports/versions.ts';
import { type PublishOutboxPorts, publishOutbox } from '../steps/publish-outbox.ts';
import { supersededChain } from '../steps/superseded-chain.ts';
import { CaughtError, DeploymentTask, errorInWords, type RunOnCluster, runOnCluster } from '../steps/task-input.ts';
import { olderStable } from './older-stable.ts';
import { isOwnUndo } from './own-undo.ts';

export const RollBackInput = z.extend(DeploymentTask, {
  /** The whole state of the machine: the decision that led to this task, or the error that a Catch caught. */
  state: z.optional(
    z.object({
      error: z.optional(CaughtError),
      next: z.optional(z.object({ because: z.optional(z.string()) })),
    }),
  ),
});
export type RollBackInput = z.infer<typeof RollBackInput>;

export interface RollBackTrafficPorts {
  readonly deployments: Deployments;
  readonly traffic: Traffic;
  readonly versions: Pick<Versions, 'describe'>;
  readonly clock: Clock;
}
export type RollBackPorts = RollBackTrafficPorts & PublishOutboxPorts;

/** What comes next: the cluster's part of the rollback, or only the settlement. */
export interface RolledBack extends DeploymentTask {
  readonly next: RunOnCluster | { readonly do: 'settle' };
}

export async function rollBack(ports: RollBackPorts, input: RollBackInput): Promise<RolledBack> {
  const { deploymentId } = input;
  const deployment = await rollBackTraffic(ports, input);
  const { replaces } = deployment;
  await publishOutbox(ports, { deploymentId });
  // The end of the undone deployment was recorded with this rollback, and no other machine publishes its notices any
  // more.
  if (replaces !== null) await publishOutbox(ports, { deploymentId: replaces });
  return { deploymentId, next: await clusterPart(ports, deployment) };
}

/**
 * A deployment that is already rolled back may need this too: a task of it that crashed may have left something on the
 * cluster.
 */
async function clusterPart(ports: RollBackPorts, deployment: Deployment): Promise<RolledBack['next']> {
  if (!isInFlight(deployment) && !hasEndedOnStable(deployment)) return { do: 'settle' };
  const order = wayBackOrderFor(deployment);
  if (order === null) return { do: 'settle' };
  const clears = await supersededChain(ports, deployment);
  return runOnCluster({ ...order, clears });
}

/**
 * Rolls back without sending the notices, for a request whose machine sends them. Returns the deployment as it was
 * found.
 */
export async function rollBackTraffic(
  ports: RollBackTrafficPorts,
  { deploymentId, state }: RollBackInput,
): Promise<Deployment> {
  const { deployments, clock } = ports;
  const { deployment } = await deployments.read(deploymentId);
  if (isInFlight(deployment)) {
    const error = state?.error === undefined ? null : errorInWords(state.error);
    // When all calls may already be on stable, the rollback is recorded first: a first shift that is still under way
    // sees it and stops.
    if (deployment.atPercent === 0 && liveSplit(deployment) !== null) {
      const decided = state?.next?.because ?? null;
      await deployments.record(deploymentId, ({ deployment: current }) => turnedBack(current, { error, decided }));
    }
    const way = await moveBack(ports, deployment);
    await deployments.record(deploymentId, ({ deployment: current }) =>
      changeFor(current, { way, error, decided: state?.next?.because ?? null, now: clock.now() }),
    );
  }
  return deployment;
}

function turnedBack(current: Deployment, why: Pick<Way, 'error' | 'decided'>): Change | null {
  if (!isInFlight(current) || current.status === 'rollingBack') return null;
  return { deployment: { ...current, status: 'rollingBack', because: becauseOf(current, why) }, entries: [] };
}

/**
 * What happened to the traffic. It was moved, or the cluster has the order to move it. Or no version of this deployment
 * was ever live. Or another tool or person has moved the traffic, or there is no version to roll back to.
 */
type WayBack =
  | { readonly moved: Moved }
  | { readonly ordered: true }
  | { readonly nothingLive: true }
  | { readonly inOtherHands: string }
  | { readonly noWayBack: string };

async function moveBack(ports: RollBackTrafficPorts, deployment: Deployment): Promise<WayBack> {
  if (wayBackOrderFor(deployment) !== null) return { ordered: true };
  const split = liveSplit(deployment);
  if (split === null) return { nothingLive: true };
  return moveHome(ports, { deployment, split });
}

async function moveHome(
  ports: RollBackTrafficPorts,
  { deployment, split }: { readonly deployment: Deployment; readonly split: OwnSplit },
): Promise<WayBack> {
  try {
    return { moved: await ports.traffic.takeBack(split) };
  } catch (error) {
    if (isSlipwayError(error, 'Conflict')) {
      const isUndone = await isOwnUndo(ports, { deployment, conflict: error });
      return isUndone ? { nothingLive: true } : { inOtherHands: error.message };
    }
    // The version, or the target itself, was deleted. Endless retries would keep the lock, and the deployment that
    // repairs the target could not start.
    if (!isSlipwayError(error, 'NotFound')) throw error;
    const older = await olderStable(ports, { deployment, split, error });
    return older === null ? { noWayBack: error.message } : { moved: await ports.traffic.takeBack(older) };
  }
}

interface Way {
  readonly way: WayBack;
  readonly error: string | null;
  /** Why the domain decided to roll back, when that is not recorded. */
  readonly decided: string | null;
  readonly now: number;
}

function becauseOf(
  { status, because, signal, kind, reason }: Deployment,
  { error, decided }: Pick<Way, 'error' | 'decided'>,
): string {
  // Before the rollback, the record holds the reason for the pause.
  const turnedBack = status === 'rollingBack' ? because : null;
  // The reason given for a rollback says why it goes back. The reason given for a rollout says why it went forward.
  const asked = kind === 'rollback' ? reason : null;
  return turnedBack ?? signal?.because ?? error ?? decided ?? asked ?? 'It could not go on';
}

function changeFor(current: Deployment, { way, error, decided, now }: Way): Change | null {
  if (!isInFlight(current)) return null;
  const because = becauseOf(current, { error, decided });
  const failure: EntryDraft[] = error === null ? [] : [{ kind: 'TaskFailed', by: 'slipway', because: error }];
  const goingBack = { ...current, status: 'rollingBack', because } as const;
  if ('nothingLive' in way) return { deployment: { ...goingBack, atPercent: 0 }, entries: failure };
  if ('ordered' in way) return { deployment: goingBack, entries: failure };
  if ('moved' in way) {
    const change = recordTraffic(goingBack, { moved: way.moved, toPercent: 0, by: 'slipway', because });
    return { deployment: change.deployment, entries: [...failure, ...change.entries] };
  }
  const ended = wayBackLost(goingBack, { way, now });
  return { ...ended, entries: [...failure, ...ended.entries] };
}
