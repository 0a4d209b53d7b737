/**
 * The fast way back of a rollout in flight: all traffic to stable with one call, then the signal, then the token, in
 * that order. For an alarm and the judge traffic comes first, because users are waiting; the signal before the token, so that it is never lost. The notices
 * are sent by the task that the token wakes, off this path.
 */

import { acceptSignal } from '../../domain/deployment/accept-signal.ts';
import { withoutBrake } from '../../domain/deployment/brake.ts';
import { type Deployment, isInFlight } from '../../domain/deployment/deployment.ts';
import { takenUp } from '../../domain/deployment/keyed-request.ts';
import type { RetreatKind, Signal } from '../../domain/deployment/signal.ts';
import type { EntryDraft } from '../../domain/deployment/timeline.ts';
import { isOnRecord, liveSplit, recordTraffic } from '../../domain/deployment/traffic-record.ts';
import { wayBackLost } from '../../domain/deployment/way-back.ts';
import { isSlipwayError } from '../../domain/errors.ts';
import { type BrakeOrder, isSameBrake } from '../../domain/workload/brake-order.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Clusters } from '../../ports/clusters.ts';
import type { Change, Recorded, UrgentDeployments } from '../../ports/deployments.ts';
import type { Moved, Traffic } from '../../ports/traffic.ts';
import type { Workflows } from '../../ports/workflows.ts';
import { goOn } from '../steps/go-on.ts';
import { isHomeMissing } from '../steps/home-missing.ts';
import { recordOutrun } from '../steps/record-outrun.ts';
import { answerWait, startWorkflow } from '../steps/start-workflow.ts';
import { pullBrake } from './pull-brake.ts';

export interface TakeTrafficBackPorts {
  readonly deployments: UrgentDeployments;
  readonly traffic: Traffic;
  readonly clusters: Clusters;
  readonly workflows: Workflows;
  readonly clock: Clock;
}

export interface Retreat {
  readonly deployment: Deployment;
  readonly kind: RetreatKind;
  readonly because: string;
  readonly by: string;
  /** A person asked for it, and no alarm or judge: then the record may come before the traffic. */
  readonly isAsked?: boolean;
  /** The Idempotency-Key of who asked. */
  readonly requestKey?: string | null;
}

/** Returns the deployment as recorded. It may have ended meanwhile; then the caller sees that by its status. */
export async function takeTrafficBack(
  ports: TakeTrafficBackPorts,
  { deployment, kind, because, by, isAsked = false, requestKey = null }: Retreat,
): Promise<Deployment> {
  const { deployments, traffic, clock } = ports;
  const signal = { kind, because, by, at: clock.now() };
  const asked = { signal, requestKey };
  const isPressing = kind === 'rollBack' && !isAsked;
  if (deployment.spec.target.kind === 'kubernetes') return sendBack(ports, { deployment, asked, isPressing });
  // Without canary calls nobody is in a hurry, and a first shift may be under way that takes up a new revision: it must find
  // the signal in the ledger before the move, which it could not tell from a change of the alias's description. What a
  // person asked for is recorded first as well: after a crash in between, nobody else is taken for the author of the move.
  const isRecordedFirst = deployment.atPercent === 0 || !isPressing;
  if (isRecordedFirst && liveSplit(deployment) !== null && isInFlight(deployment)) {
    await deployments.record(deployment.id, (current) => changeFor(current, { moved: null, ...asked }));
  }
  const way = await moveBack(traffic, deployment);
  const { moved } = way;
  let isOutrun = false;
  let recorded = await deployments.record(deployment.id, (current) => {
    isOutrun = moved !== null && isOnRecord(current.deployment, { moved, toPercent: 0 });
    return changeFor(current, { ...way, ...asked });
  });
  if (deployment.canary === null && recorded.deployment.canary !== null && isInFlight(recorded.deployment)) {
    // Its version was published since it was read, and a shift that has not seen the signal may be under way: moving the
    // alias, if only from stable to stable, makes the revision stale that the shift would use.
    const again = await moveBack(traffic, recorded.deployment);
    recorded = await deployments.record(deployment.id, (current) => changeFor(current, { ...again, ...asked }));
  }
  if (moved !== null && isOutrun) await recordOutrun(ports, { deploymentId: deployment.id, moved, by, because });
  const isMinded = isInFlight(recorded.deployment) || way.lost !== undefined;
  // Who supersedes it ends it by the next opening.
  if (isMinded) await (kind === 'supersede' ? answerWait(ports, recorded.waitToken) : goOn(ports, recorded));
  return recorded.deployment;
}

/**
 * On a cluster the way back is the state machine's, and here is only its brake, where one is ready. When the rollout waits, its token wakes it; when it is at work on the
 * cluster, the machine of the rollbacks starts beside it, takes the workload from it, and does not wait for it to end.
 */
async function sendBack(
  ports: TakeTrafficBackPorts,
  {
    deployment,
    asked,
    isPressing,
  }: { readonly deployment: Deployment; readonly asked: Asked; readonly isPressing: boolean },
): Promise<Deployment> {
  const { deployments } = ports;
  const { signal } = asked;
  const { id } = deployment;
  const record = (braked: BrakeOrder | null) =>
    deployments.record(id, (current) => changeFor(current, { moved: null, braked, ...asked }));
  let recorded = await record(isPressing ? await pullBrake(ports, { deployment, signal }) : null);
  if (!isPressing) {
    const braked = await pullBrake(ports, { deployment: recorded.deployment, signal });
    if (braked !== null) recorded = await record(braked);
  }
  // Who supersedes it clears the workload with its own first order.
  if (!isInFlight(recorded.deployment)) return recorded.deployment;
  // An execution that somebody stopped waits no more, although its token is stored.
  const isWoken = await answerWait(ports, recorded.waitToken);
  if (!isWoken && signal.kind !== 'supersede') await startWorkflow(ports, { id, kind: 'rollback' });
  return recorded.deployment;
}

interface Asked {
  readonly signal: Signal & { readonly kind: RetreatKind };
  readonly requestKey: string | null;
}

interface Way {
  /** Null: nothing of this deployment can be live yet, or a third version is, which is not Slipway's to move. */
  readonly moved: Moved | null;
  /** The alias, or the version before, is gone: there is no way back, and the deployment ends. */
  readonly lost?: string;
  /** It failed in a way that no repetition by itself will mend. RollBack tries again, for when a person has mended it. */
  readonly failed?: string;
  /** The brake that was pulled on a cluster. */
  readonly braked?: BrakeOrder | null;
}

async function moveBack(traffic: Traffic, deployment: Deployment): Promise<Way> {
  const split = liveSplit(deployment);
  if (split === null) return { moved: null };
  try {
    return { moved: await traffic.takeBack(split) };
  } catch (error) {
    if (!isSlipwayError(error) || error.name === 'Transient') throw error;
    // RollBack, which the signal leads to, meets the same conflict, records it and pages.
    if (error.name === 'Conflict') return { moved: null };
    if (error.name !== 'NotFound') return { moved: null, failed: error.message };
    // An older version may do, which RollBack looks for.
    return (await isHomeMissing({ traffic }, split)) ? { moved: null } : { moved: null, lost: error.message };
  }
}

function changeFor(
  { deployment }: Recorded,
  { moved, lost, failed, braked = null, signal, requestKey }: Way & Asked,
): Change | null {
  const { kind, because, by, at: now } = signal;
  if (lost !== undefined && isInFlight(deployment)) {
    return wayBackLost({ ...deployment, status: 'rollingBack', because }, { way: { noWayBack: lost }, now });
  }
  const entries: EntryDraft[] = [];
  let next = deployment;
  // Promoted and undone meanwhile: the rollback that undoes it goes from 100 % to 0, and records the change.
  const isUndone = deployment.status === 'promoted' && deployment.replacedBy !== null;
  if (moved !== null && !isUndone) {
    const change = recordTraffic(deployment, { moved, toPercent: 0, by, because });
    next = change.deployment;
    entries.push(...change.entries);
  }
  if (braked !== null && isSameBrake(deployment.progress.brake, braked)) {
    const revision = deployment.liveRevision ?? '';
    const change = recordTraffic(deployment, {
      moved: { revision, foundPercent: undefined },
      toPercent: 0,
      by,
      because,
    });
    next = { ...withoutBrake(deployment), atPercent: 0 };
    entries.push(...change.entries);
  }
  if (acceptSignal(deployment, kind).answer === 'record') {
    next = { ...next, signal };
    entries.push({ kind: 'SignalReceived', by, because, data: { signal: kind } });
    if (failed !== undefined) entries.push({ kind: 'RollBackFailed', by: 'slipway', because: failed });
  }
  // Also where another retreat is there already: what was asked for once is not asked for again when this one has ended.
  if (isInFlight(next)) next = takenUp(next, { what: 'back', by, requestKey, now });
  return next === deployment ? null : { deployment: next, entries };
}
