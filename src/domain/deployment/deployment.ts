/** One attempt to take a service to a version, and all that is known of it. Data only; the rules are in rollout.ts. */

import { durationMs } from '../duration.ts';
import type { Fingerprints } from '../lambda/fingerprint.ts';
import { isVersionNumber } from '../lambda/version-fact.ts';
import type { ServiceSpec } from '../service/service-spec.ts';
import type { Step } from '../service/strategy.ts';
import type { Baseline } from '../verdict/baseline.ts';
import type { BrakeOrder } from '../workload/brake-order.ts';
import type { KeptLooks } from '../workload/canary-pods.ts';
import type { Signal } from './signal.ts';
import type { TakenUp } from './wish.ts';

/** In the place of a version's number: what is in `$LATEST`, which is published first. */
export const AS_LATEST = 'latest';

/** What is to be deployed: a version that exists or is published from `$LATEST`, or code from which one is published. */
export type Artifact =
  | { readonly version: string }
  | { readonly s3: { readonly bucket: string; readonly key: string; readonly objectVersion?: string | undefined } }
  | { readonly image: string };

/**
 * `opened` to `rollingBack` are in flight; the last five are ends. `rolledBack`: all traffic is on the version before.
 * `superseded`: another deployment took its place. `failed`: it ended and someone else holds the traffic; look.
 * `unchanged`: what it asked for was live already, as was found when it was published; it moved nothing.
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

/** How far a rollout is. `stepIndex` is the step in progress; past the last one, the promotion is next. */
export interface Progress {
  readonly stepIndex: number;
  readonly stepStartedAt: number;
  readonly pausedAt: number | null;
  /** How often the no-data policy `extend` has prolonged the present step. */
  readonly extensions: number;
  /** Somebody else moved the target, and it was told: what was found. Until Slipway's next own shift nothing is judged. */
  readonly others?: string | undefined;
  /** What the canary did before is no evidence, because somebody else had moved the target. Epoch milliseconds. */
  readonly evidenceFrom?: number | undefined;
  /** When its way back first met what may be an undo that is not on record yet. Epoch milliseconds. */
  readonly undoSeenAt?: number | undefined;
  /** Alarms of the spec that were found missing, and told. */
  readonly missingAlarms?: readonly string[] | undefined;
  /** When Slipway gave the canary its present share, on a cluster. Epoch milliseconds. */
  readonly sharedAt?: number | undefined;
  /** What was seen of the pods on a cluster, by which the next look judges. */
  readonly pods?: KeptLooks | undefined;
  /** A person promoted it: missing evidence does not hold it any more. */
  readonly isForced?: boolean | undefined;
  /** A verdict or a check spoke against the canary: on the way back nobody is left on it. */
  readonly isCanaryBad?: boolean | undefined;
  /** It was asked for as a hotfix: on a cluster it takes over the fields that somebody else has set. */
  readonly isHotfix?: boolean | undefined;
  /** On a cluster, while the canary has calls: the change by which an alarm takes them off. */
  readonly brake?: BrakeOrder | undefined;
  /** It was pulled at this share, 0 to 100. */
  readonly brakedFrom?: number | undefined;
  /** Requests under a key that were taken up on it, the latest last. */
  readonly requests?: readonly TakenUp[] | undefined;
  /** The first of the two approvals that a step needs when nobody known asked for the deployment. */
  readonly approval?: { readonly stepIndex: number; readonly by: string } | undefined;
}

export interface Deployment {
  readonly id: string;
  readonly service: string;
  /** A rollout tries a new version in steps; a rollback returns to a version that was live before, at once. */
  readonly kind: 'rollout' | 'rollback';
  readonly status: Status;
  /** The service's spec as it stood when the deployment was opened, with the strategy that this deployment asked for. */
  readonly spec: ServiceSpec;
  readonly specRevision: number;
  readonly artifact: Artifact;
  readonly commit: string | null;
  readonly reason: string | null;
  /** Who asked for it. */
  readonly by: string;
  /** The request's Idempotency-Key, so that a repeated request finds its own deployment. */
  readonly requestKey: string | null;
  /** The run of the pipeline that built and delivered it. */
  readonly pipelineRun: string | null;
  readonly stable: string | null;
  readonly canary: string | null;
  /** What the two were made of when Slipway looked at them; null on a cluster, and in rows of a version before. */
  readonly fingerprints: Fingerprints | null;
  /** Share of calls on the canary as last recorded, 0 to 100. */
  readonly atPercent: number;
  /** The target's own revision after Slipway's last change of it: the optimistic lock of the next change. */
  readonly liveRevision: string | null;
  /** The fencing token of the service's lock, which this deployment took when it was opened. */
  readonly fence: number;
  readonly steps: readonly Step[];
  readonly progress: Progress;
  readonly signal: Signal | null;
  /** Alarms that were red before the first shift (a hotfix): they do not count against the canary. */
  readonly ignoredAlarms: readonly string[];
  readonly openedAt: number;
  readonly deadlineAt: number;
  /** What stable did before, for the sequential judge; null until the first look at the canary. Never changed after that. */
  readonly baseline: Baseline | null;
  readonly settledAt: number | null;
  readonly watchUntil: number | null;
  /** Why it goes back or how it ended, in one sentence. */
  readonly because: string | null;
  /** The deployment that this one took the place of, or undoes; and the one that did so to this one. */
  readonly replaces: string | null;
  readonly replacedBy: string | null;
  /** Number of timeline entries written so far: the sequence number of the last one. */
  readonly timelineLength: number;
}

/** The order to a cluster carries it beside the manifests, in an environment variable of CodeBuild. */
const IMAGE_LENGTH_MAX = 500;

/** Null, or what is wrong with an artifact for a target of that kind, and the next step. */
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

/** The version is published from what the team's own tool has put into `$LATEST`. */
export function isLatest(artifact: Artifact): boolean {
  return 'version' in artifact && artifact.version === AS_LATEST;
}

export function isInFlight({ status }: Pick<Deployment, 'status'>): boolean {
  return (IN_FLIGHT as readonly Status[]).includes(status);
}

/** The name of an execution for a deployment; `again` is for one that follows another, which ended without an end for it. */
export function executionName({
  deploymentId,
  again,
}: {
  readonly deploymentId: string;
  readonly again?: string | undefined;
}): string {
  return again === undefined ? deploymentId : `${deploymentId}_${again}`;
}

/** The deployment that an execution of that name is for: ids have no underscore. */
export function deploymentOfExecution(name: string): string {
  return name.replace(/_.*$/, '');
}

/**
 * What was live after the deployments of a service, newest first, as far as they tell; null when nobody can know. One that
 * never touched the target tells nothing, and one that found somebody else there ends the search.
 */
export function liveOnRecord(
  deployments: readonly Deployment[],
): { readonly version: string; readonly revision: string } | null {
  for (const { kind, status, stable, canary, liveRevision: revision } of deployments) {
    if (status === 'failed') return null;
    const version = status === 'promoted' && kind === 'rollout' ? canary : status === 'rolledBack' ? stable : null;
    if (version !== null && revision !== null) return { version, revision };
  }
  return null;
}

/**
 * True when the deployment says that a version was live before it, or after it: a rollout started from it or was promoted to
 * it, or a rollback has gone back to it.
 */
export function wasLiveBy({ kind, status, stable, canary }: Deployment, version: string): boolean {
  if (kind === 'rollout') return stable === version || (status === 'promoted' && canary === version);
  return canary === version || (status === 'rolledBack' && stable === version);
}

/** The alarms of the service that count: not those that were red before the deployment, a hotfix. */
export function countedAlarms({ spec, ignoredAlarms }: Deployment): readonly string[] {
  return spec.alarms.filter((name) => !ignoredAlarms.includes(name));
}

/** True when the watch over a promoted deployment ended before the time that its spec gives it. */
export function isWatchCutShort({ watchUntil, settledAt, spec }: Deployment): boolean {
  return watchUntil !== null && settledAt !== null && watchUntil < settledAt + durationMs(spec.watch);
}

/** True while an alarm may still roll a promoted deployment back. */
export function isWatched({ status, watchUntil, replacedBy }: Deployment, now: number): boolean {
  return status === 'promoted' && replacedBy === null && watchUntil !== null && now < watchUntil;
}
