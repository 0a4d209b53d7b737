/**
 * A deployment: one attempt to bring a service to a version, and everything that is recorded about it. This file holds
 * data only; the rules are in rollout.ts.
 */

import { durationMs } from '../duration.ts';
import type { Fingerprints } from '../lambda/fingerprint.ts';
import { isVersionNumber } from '../lambda/version-fact.ts';
import type { ServiceSpec } from '../service/service-spec.ts';
import type { Step } from '../service/strategy.ts';
import type { Baseline } from '../verdict/baseline.ts';
import type { BrakeOrder } from '../workload/brake-order.ts';
import type { KeptLooks } from '../workload/canary-pods.ts';
import type { TakenUp } from './requested-action.ts';
import type { Signal } from './signal.ts';

/** Used instead of a version number: the code in `$LATEST`, which Slipway publishes first. */
export const AS_LATEST = 'latest';

/** What to deploy: a version that exists, a version to publish from `$LATEST`, or code to publish as a version. */
export type Artifact =
  | { readonly version: string }
  | { readonly s3: { readonly bucket: string; readonly key: string; readonly objectVersion?: string | undefined } }
  | { readonly image: string };

/**
 * A deployment is in flight from `opened` to `rollingBack`; the last five are end statuses.
 * * `rolledBack`: all traffic is on the version before. The new version had calls, or a person or an alarm asked for this.
 * * `superseded`: a later deployment replaced this one in flight.
 * * `failed`: a person must look. Either it ended by itself before any call moved (`hasMovedNothing`), or another tool or
 *   person controls the traffic, or there is no version to go back to.
 * * `unchanged`: the requested code was already live when it was published, so no traffic moved.
 */
export type Status =
  | 'opened'
  | 'rollingOut'
  | 'awaitingApproval'
  | 'paused'
  | 'rollingBack'
  | 'promoted'
  | 'rolledBack'
  | 'superseded'
  | 'failed'
  | 'unchanged';

export const IN_FLIGHT = [
  'opened',
  'rollingOut',
  'awaitingApproval',
  'paused',
  'rollingBack',
] as const satisfies Status[];
export const ENDED = ['promoted', 'rolledBack', 'superseded', 'failed', 'unchanged'] as const satisfies Status[];

/** How far a rollout is. `stepIndex` is the current step; after the last step the promotion follows. */
export interface Progress {
  readonly stepIndex: number;
  readonly stepStartedAt: number;
  readonly pausedAt: number | null;
  /** How often the no-data policy `extend` has extended the current step. */
  readonly extensions: number;
  /**
   * What Slipway found when another tool or person moved the target; the timeline already tells it. Nothing is judged
   * until Slipway's next shift.
   */
  readonly others?: string | undefined;
  /**
   * Evidence about the canary starts here, in epoch milliseconds, because another tool or person had moved the target
   * before.
   */
  readonly evidenceFrom?: number | undefined;
  /** When the rollback first met what may be an undo that is not recorded yet. Epoch milliseconds. */
  readonly undoSeenAt?: number | undefined;
  /** Alarms of the spec that were found missing; the timeline already tells it. */
  readonly missingAlarms?: readonly string[] | undefined;
  /** When Slipway gave the canary its current share on a cluster, in epoch milliseconds. */
  readonly sharedAt?: number | undefined;
  /** What earlier looks saw of the pods on a cluster; the next look judges with it. */
  readonly pods?: KeptLooks | undefined;
  /**
   * True while it is certain that this rollout has moved no call. Left out from its first move on, where that is not
   * certain, and in rows of an older Slipway.
   */
  readonly isUnmoved?: boolean | undefined;
  /** True when a person promoted the rollout: then missing evidence no longer holds it. */
  readonly isForced?: boolean | undefined;
  /** True when a verdict or a hook spoke against the canary: then a rollback leaves no call on it. */
  readonly isCanaryBad?: boolean | undefined;
  /** True for a hotfix: on a cluster it takes over fields that another tool or person has set. */
  readonly isHotfix?: boolean | undefined;
  /** On a cluster, while the canary has calls: the change by which an alarm takes them off. */
  readonly brake?: BrakeOrder | undefined;
  /** The canary's share when the brake was pulled, 0 to 100. */
  readonly brakedFrom?: number | undefined;
  /** Requests with a key that this deployment took up, the latest last. */
  readonly requests?: readonly TakenUp[] | undefined;
  /** The first of the two approvals that a step needs when no known person asked for the deployment. */
  readonly approval?: { readonly stepIndex: number; readonly by: string } | undefined;
}

export interface Deployment {
  readonly id: string;
  readonly service: string;
  /** A rollout tries a new version in steps. A rollback returns at once to a version that was live before. */
  readonly kind: 'rollout' | 'rollback';
  readonly status: Status;
  /** The service's spec when the deployment was opened, with the strategy that the request asked for. */
  readonly spec: ServiceSpec;
  readonly specRevision: number;
  readonly artifact: Artifact;
  readonly commit: string | null;
  readonly reason: string | null;
  /** The caller that asked for the deployment. */
  readonly by: string;
  /** The Idempotency-Key of the request, so that a repeated request finds its own deployment. */
  readonly requestKey: string | null;
  /** The pipeline run that built and delivered the artifact. */
  readonly pipelineRun: string | null;
  readonly stable: string | null;
  readonly canary: string | null;
  /**
   * The fingerprints of the two versions when Slipway looked at them. Null on a cluster, and in rows that an older
   * Slipway wrote.
   */
  readonly fingerprints: Fingerprints | null;
  /** The canary's share of the calls as last recorded, 0 to 100. */
  readonly atPercent: number;
  /** The target's own revision after Slipway's last change: the optimistic lock for the next change. */
  readonly liveRevision: string | null;
  /** The fencing token of the lock that this deployment took when it was opened. */
  readonly fence: number;
  readonly steps: readonly Step[];
  readonly progress: Progress;
  readonly signal: Signal | null;
  /** Alarms that were red before a hotfix's first shift. They do not count against the canary. */
  readonly ignoredAlarms: readonly string[];
  readonly openedAt: number;
  readonly deadlineAt: number;
  /**
   * How stable behaved before the rollout, for the sequential judge. Null until the first look at the canary, and never
   * changed after that.
   */
  readonly baseline: Baseline | null;
  readonly settledAt: number | null;
  readonly watchUntil: number | null;
  /** Why it rolls back or how it ended, in one sentence. */
  readonly because: string | null;
  /**
   * `replaces` is the deployment that this one superseded or undoes; `replacedBy` is the deployment that did the same
   * to this one.
   */
  readonly replaces: string | null;
  readonly replacedBy: string | null;
  /** The number of timeline entries so far, which is also the sequence number of the last entry. */
  readonly timelineLength: number;
}

/**
 * An order to a cluster carries the image and the manifests in an environment variable of CodeBuild, whose size is
 * limited.
 */
const IMAGE_LENGTH_MAX = 500;

/**
 * Says what is wrong with an artifact for this kind of target, and the next step. Returns null when the artifact is
 * valid.
 */
export function artifactProblem(kind: ServiceSpec['target']['kind'], artifact: Artifact): string | null {
  switch (kind) {
    case 'lambda':
      if (!('version' in artifact) || isLatest(artifact) || isVersionNumber(artifact.version)) return null;
      return `Version ${artifact.version} is none of Lambda's, which are numbers. Name one such as 42, or "latest".`;
    case 'kubernetes':
      if ('s3' in artifact)
        return 'A service on Kubernetes is deployed from an image, not from an object in S3. Write {"image": "registry/name@sha256:..."}.';
      if ('image' in artifact && artifact.image.length > IMAGE_LENGTH_MAX)
        return `The image has ${artifact.image.length} characters; an order to a cluster takes ${IMAGE_LENGTH_MAX}. Name it by its digest, without a tag, or move it.`;
      if (isLatest(artifact))
        return 'Only a Lambda function has a latest version, which its team has put there. Name the image: {"artifact": {"image": "registry/name@sha256:..."}}.';
      if ('image' in artifact || /^v(0-)?[0-9a-f]{12}$/.test(artifact.version)) return null;
      return `Version ${artifact.version} is none of a service on Kubernetes. Name one that was deployed before, such as v0123456789ab, or an image.`;
  }
}

/** True when Slipway publishes the version from `$LATEST`, where the team's own tool has put the code. */
export function isLatest(artifact: Artifact): boolean {
  return 'version' in artifact && artifact.version === AS_LATEST;
}

export function isInFlight({ status }: Pick<Deployment, 'status'>): boolean {
  return (IN_FLIGHT as readonly Status[]).includes(status);
}

/**
 * Names an execution for a deployment. `again` names an execution that follows an earlier one, which ended without
 * ending the deployment.
 */
export function executionName({
  deploymentId,
  again,
}: {
  readonly deploymentId: string;
  readonly again?: string | undefined;
}): string {
  return again === undefined ? deploymentId : `${deploymentId}_${again}`;
}

/** The deployment of the execution with this name. The ids of deployments contain no underscore. */
export function deploymentOfExecution(name: string): string {
  return name.replace(/_.*$/, '');
}

/**
 * True for a rollout that ended by itself before any call moved. Every other deployment that failed may have left either
 * version live.
 */
export function hasMovedNothing({ status, progress }: Pick<Deployment, 'status' | 'progress'>): boolean {
  return status === 'failed' && progress.isUnmoved === true;
}

/** True when the deployment failed and it is not known which version has the calls. */
export function hasLostControl(deployment: Pick<Deployment, 'status' | 'progress'>): boolean {
  return deployment.status === 'failed' && !hasMovedNothing(deployment);
}

/** True when the deployment has ended and left no call on the version that it tried. */
export function hasEndedOnStable(deployment: Pick<Deployment, 'status' | 'progress'>): boolean {
  return deployment.status === 'rolledBack' || hasMovedNothing(deployment);
}

/**
 * The version that was live after these deployments of a service, newest first; null when it cannot be known. A
 * deployment that never touched the target is skipped. A deployment that found another tool or person in control ends
 * the search.
 */
export function liveOnRecord(
  deployments: readonly Deployment[],
): { readonly version: string; readonly revision: string } | null {
  for (const deployment of deployments) {
    const { kind, status, stable, canary, liveRevision: revision } = deployment;
    if (hasLostControl(deployment)) return null;
    const isPromoted = status === 'promoted' && kind === 'rollout';
    const version = isPromoted ? canary : hasEndedOnStable(deployment) ? stable : null;
    if (version !== null && revision !== null) return { version, revision };
  }
  return null;
}

/**
 * True when the deployment records that a version was live before or after it. A rollout started from that version or
 * was promoted to it, or a rollback returned to it.
 */
export function wasLiveBy({ kind, status, stable, canary }: Deployment, version: string): boolean {
  if (kind === 'rollout') return stable === version || (status === 'promoted' && canary === version);
  return canary === version || (status === 'rolledBack' && stable === version);
}

/** The alarms of the service that count against this deployment. A hotfix ignores those that were red before it. */
export function countedAlarms({ spec, ignoredAlarms }: Deployment): readonly string[] {
  return spec.alarms.filter((name) => !ignoredAlarms.includes(name));
}

/** True when the watch over a promoted deployment ended before the time that its spec gives. */
export function isWatchCutShort({ watchUntil, settledAt, spec }: Deployment): boolean {
  return watchUntil !== null && settledAt !== null && watchUntil < settledAt + durationMs(spec.watch);
}

/** True while an alarm may still roll a promoted deployment back. */
export function isWatched({ status, watchUntil, replacedBy }: Deployment, now: number): boolean {
  return status === 'promoted' && replacedBy === null && watchUntil !== null && now < watchUntil;
}
