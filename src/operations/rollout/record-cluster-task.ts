/**
 * Records what a task did on the cluster, and tells the machine what comes next. The task has already acted, so a late
 * result is recorded too. If the deployment rolls back by then, the rollback finds what the cluster has and records
 * that instead.
 */
import * as z from 'zod/mini';
import { foundBehindBrake } from '../../domain/deployment/brake.ts';
import { type Deployment, isInFlight } from '../../domain/deployment/deployment.ts';
import { recordMove } from '../../domain/deployment/recorded-move.ts';
import { decideNext } from '../../domain/deployment/rollout.ts';
import { settleUnchanged } from '../../domain/deployment/settlement.ts';
import type { EntryDraft } from '../../domain/deployment/timeline.ts';
import { isOnRecord, recordTraffic } from '../../domain/deployment/traffic-record.ts';
import { OUTGROWN, wayBackLost } from '../../domain/deployment/way-back.ts';
import { SlipwayError } from '../../domain/errors.ts';
import {
  type Alone,
  type CallsLeft,
  type ClusterDone,
  type ClusterFailed,
  type ClusterResult,
  isAccused,
} from '../../domain/orders/cluster-order.ts';
import { sentence } from '../../domain/sentence.ts';
import { stepInWords, stepsInWords } from '../../domain/service/strategy.ts';
import type { CanaryLook } from '../../domain/workload/canary-pods.ts';
import { NO_VERSION } from '../../domain/workload/workload-record.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Change, Deployments } from '../../ports/deployments.ts';
import { afterTaskLooked } from '../steps/keep-look.ts';
import { type PublishOutboxPorts, publishOutbox } from '../steps/publish-outbox.ts';
import { recordConcurrentMove } from '../steps/record-concurrent-move.ts';
import { DeploymentTask, type TaskResult, taskResult } from '../steps/task-input.ts';
import { ClusterTaskResult, FailedWayBack } from '../workload/cluster-messages.ts';

const ON_ITS_WAY = 'It was on its way there when it turned back.';

/** The variable that the container task exports. */
export const RESULT_VARIABLE = 'SLIPWAY_RESULT';

export const RecordClusterTaskInput = z.extend(DeploymentTask, {
  /** In the form in which CodeBuild passes them. */
  exported: z.array(z.object({ Name: z.string(), Value: z.string() })).check(z.maxLength(50)),
});
export type RecordClusterTaskInput = z.infer<typeof RecordClusterTaskInput>;

export interface RecordClusterTaskPorts extends PublishOutboxPorts {
  readonly deployments: Deployments;
  readonly clock: Clock;
}

export async function recordClusterTask(
  ports: RecordClusterTaskPorts,
  { deploymentId, exported }: RecordClusterTaskInput,
): Promise<TaskResult & { readonly did: ClusterResult['do'] }> {
  const { deployments, clock } = ports;
  const result = resultOf(exported);
  let isOutrun = false;
  const recorded = await deployments.record(deploymentId, ({ deployment: current }) => {
    isOutrun = result.ok && result.do === 'takeBack' && isOnRecord(current, { moved: movedBy(result), toPercent: 0 });
    return result.ok
      ? changeFor(current, { done: result, now: clock.now() })
      : failureFor(current, { failed: result, now: clock.now() });
  });
  // A rollback starts at 100 %, so its result is no unexpected move.
  if (result.ok && isOutrun && recorded.deployment.kind === 'rollout') {
    const because = recorded.deployment.because ?? 'It could not go on.';
    await recordConcurrentMove(ports, { deploymentId, moved: movedBy(result), by: 'slipway', because });
  }
  const went = result.ok ? result : leftBy(result);
  if (went !== null) await recordCleared(ports, { went, by: deploymentId });
  await publishOutbox(ports, { deploymentId });
  return { ...taskResult(recorded.deployment, clock.now()), did: result.do };
}

function resultOf(exported: RecordClusterTaskInput['exported']): ClusterResult {
  const text = exported.find(({ Name }) => Name === RESULT_VARIABLE)?.Value;
  try {
    return ClusterTaskResult.parse(JSON.parse(text ?? ''));
  } catch (cause) {
    throw new SlipwayError(
      'Broken',
      `The task on the cluster ended without a result that can be read. Its build log says how far it got.`,
      { cause },
    );
  }
}

interface Done {
  readonly done: ClusterDone;
  readonly now: number;
}

function changeFor(current: Deployment, { done, now }: Done): Change | null {
  switch (done.do) {
    case 'plan':
      return planned(current, { done, now });
    case 'setWeight':
    case 'promote':
      return movedForward(current, { done, now });
    case 'takeBack':
      return takenBack(current, done);
    case 'status':
      return looked(current, { found: done.look, now });
    case 'restart':
    case 'scale':
    case 'diff':
      return null;
  }
}

/** Records a look for the judge, which asked for it. A failed look says nothing about the canary: no rollback. */
function looked(
  current: Deployment,
  { found, now }: { readonly found: CanaryLook | string | undefined; readonly now: number },
): Change | null {
  if (found === undefined || !isInFlight(current)) return null;
  return { deployment: afterTaskLooked(current, { found, now }), entries: [] };
}

/** Returns null when the deployment was already planned, or was superseded or rolled back since: an end is final. */
function planned(current: Deployment, { done, now }: Done): Change | null {
  const { revision, stable, version, notes } = done;
  if (current.status !== 'opened' || version === null || revision === null) return null;
  const { steps, why } = stepsFrom(current, done);
  const alone = `${why}: ${[...steps.map(stepInWords), 'promote'].join(', ')}.`;
  const because = [why === null ? `From version ${stable} ${stepsInWords(steps)}.` : alone, ...notes].join(' ');
  return {
    deployment: {
      ...current,
      status: 'rollingOut',
      stable,
      canary: version,
      liveRevision: revision,
      steps,
      progress: { ...current.progress, stepStartedAt: now },
    },
    entries: [
      { kind: 'RolloutPlanned', by: 'slipway', because, data: { stable, steps } },
      {
        kind: 'VersionPublished',
        by: 'slipway',
        because: `Version ${version} is there to be tried.`,
        data: { version },
      },
    ],
  };
}

const ALONE_IN_WORDS: Readonly<Record<Alone, string>> = {
  scaledToNone: 'was scaled to no pod at all',
  unready: 'has had no ready pod for as long as its pods may take to get ready',
};

/** When no other version runs beside it, the new version has all calls from its first pod on. */
function stepsFrom({ steps }: Deployment, { stable, alone }: ClusterDone) {
  if (stable === NO_VERSION)
    return { steps: [], why: 'It is the first version, so there is nothing to try it against' };
  if (alone === undefined) return { steps, why: null };
  const approvals = steps.filter((step) => 'approve' in step);
  return {
    steps: approvals,
    why: `Version ${stable} ${ALONE_IN_WORDS[alone]}, so there is nothing to try it against`,
  };
}

function movedForward(current: Deployment, { done, now }: Done): Change | null {
  if (!isInFlight(current) || current.status === 'rollingBack') return null;
  const { percent: toPercent } = done;
  // The shift was recorded before, and the brake was pulled since.
  if (current.progress.brakedFrom === toPercent && current.liveRevision === done.revision) return null;
  const brake = done.brake ?? undefined;
  const progress = { ...current.progress, brake, brakedFrom: undefined };
  const moved = movedBy({ ...done, foundPercent: foundBehindBrake(current, done.foundPercent) });
  const next = decideNext(current, now);
  const did = done.do === 'promote' ? 'promote' : 'shift';
  // A signal, taken up since, ordered this step out of turn. What was done is recorded, and the steps stay.
  const isDue = did === 'promote' ? next.do === 'promote' : next.do === 'shift' && next.toPercent === toPercent;
  return recordMove({ ...current, progress }, { did, moved, toPercent, isDue, note: podsInWords(done), now });
}

function takenBack(current: Deployment, done: ClusterDone): Change | null {
  // The deployment may have ended: superseded, or rolled back by a concurrent writer that recorded the same.
  if (current.status === 'promoted' || current.status === 'failed') return null;
  const because = [sentence(current.because ?? 'It could not go on'), podsInWords(done), ...done.notes].join(' ');
  if (current.canary === null) return { deployment: { ...current, atPercent: 0 }, entries: [] };
  // A rollback starts at 100 %. The share of a canary beside it is in the record of that canary's rollout.
  const foundPercent = current.kind === 'rollback' ? null : foundBehindBrake(current, done.foundPercent);
  return recordTraffic(current, {
    moved: movedBy({ ...done, foundPercent }),
    toPercent: 0,
    by: 'slipway',
    because,
    foundBecause: ON_ITS_WAY,
  });
}

function movedBy({ revision, foundPercent }: Pick<ClusterDone, 'revision' | 'foundPercent'>) {
  return { revision: revision ?? '', foundPercent: foundPercent ?? undefined };
}

function podsInWords({ pods }: ClusterDone): string {
  const counts = pods.map(
    ({ version, ready, total }) => `${ready === total ? total : `${ready} of ${total}`} of version ${version}`,
  );
  return `Pods ready: ${counts.length === 0 ? 'none' : counts.join(', ')}.`;
}

function failureFor(current: Deployment, { failed, now }: { failed: ClusterFailed; now: number }): Change | null {
  const { name, message } = failed.error;
  if (failed.do === 'takeBack') return lostFor(current, { failed, now });
  if (failed.do === 'status') return looked(current, { found: `The pods could not be looked at: ${message}`, now });
  if (!isInFlight(current) || current.status === 'rollingBack') return null;
  const unchanged = failed.do === 'plan' ? unchangedFor(current, { failed, now }) : null;
  if (unchanged !== null) return unchanged;
  const because = `The cluster's ${failed.do} failed (${name}): ${message}`;
  const entries: EntryDraft[] = [
    { kind: 'TaskFailed', by: 'slipway', because, data: { order: failed.do, error: name } },
  ];
  return { deployment: { ...current, status: 'rollingBack', because: current.signal?.because ?? message }, entries };
}

/** Settles a deployment whose plan found the same image and manifests live. Null otherwise, and during a rollback. */
function unchangedFor(current: Deployment, { failed, now }: { failed: ClusterFailed; now: number }): Change | null {
  const { unchanged: stable } = failed.error.details;
  return typeof stable === 'string' ? settleUnchanged({ ...current, stable }, now) : null;
}

/** Throws when a person has to look: then the machine pages, and `reconcile` tries again. */
function lostFor(current: Deployment, { failed, now }: { failed: ClusterFailed; now: number }): Change | null {
  const { name, message } = failed.error;
  if (!isInFlight(current)) return null;
  switch (name) {
    case 'Conflict':
      return wayBackLost(current, { way: { inOtherHands: message }, now });
    case 'NotFound':
      return withoutHome(current, { failed, now });
    case 'InvalidRequest':
    case 'Forbidden':
    case 'Transient':
    case 'Broken':
      throw new SlipwayError('Broken', message);
  }
}

/**
 * Records first where the calls are. An accusation may have come while the calls waited for stable; it changes the
 * order of the steps. Then the deployment keeps rolling back, with a canary that has calls, and tries once more.
 */
function withoutHome(current: Deployment, { failed, now }: { failed: ClusterFailed; now: number }): Change {
  const { message } = failed.error;
  const left = leftBy(failed);
  if (left === null) return wayBackLost(current, { way: { noWayBack: message }, now });
  const { revision, percent: toPercent, foundPercent, stays } = left;
  const moved = movedBy({ revision, foundPercent: foundBehindBrake(current, foundPercent) });
  const foundBecause = current.kind === 'rollback' ? OUTGROWN : ON_ITS_WAY;
  const change = recordTraffic(current, { moved, toPercent, by: 'slipway', because: message, foundBecause });
  if (stays && toPercent > 0 && isAccused(current)) return change;
  const lost = wayBackLost(change.deployment, { way: { noWayBack: message }, now });
  return { ...lost, entries: [...change.entries, ...lost.entries] };
}

/** Returns null when a failure does not say where the calls are. */
function leftBy({ error: { details } }: ClusterFailed): CallsLeft | null {
  const found = z.safeParse(FailedWayBack, details);
  return found.success ? found.data.left : null;
}

/** Records on the superseded deployment what the first order of its successor removed from the cluster. */
async function recordCleared(
  { deployments }: RecordClusterTaskPorts,
  { went: { cleared, stable }, by }: { readonly went: Pick<ClusterDone, 'cleared' | 'stable'>; readonly by: string },
): Promise<void> {
  if (cleared === null) return;
  await deployments.record(cleared.deploymentId, ({ deployment: current }) => {
    const { revision, percent } = cleared;
    const moved = { revision, foundPercent: foundBehindBrake(current, percent) ?? undefined };
    // The superseded version keeps its share when no other version became ready: the new deployment then starts from
    // that version.
    const toPercent = current.canary === stable ? percent : 0;
    if (isOnRecord(current, { moved, toPercent })) return null;
    return recordTraffic(current, {
      moved,
      toPercent,
      by: 'slipway',
      because: `Superseded by ${by}.`,
      foundBecause: ON_ITS_WAY,
    });
  });
}
