/** Whether a request asks for what is under way, or was, and what it then gets: that deployment, which is finished. */

import { goesForward } from '../../domain/deployment/accept-signal.ts';
import { type Artifact, type Deployment, isLatest } from '../../domain/deployment/deployment.ts';
import { type KeyedRequest, keyOfAnother, takenUp } from '../../domain/deployment/keyed-request.ts';
import type { Wish } from '../../domain/deployment/wish.ts';
import { SlipwayError } from '../../domain/errors.ts';
import { isSame } from '../../domain/lambda/fingerprint.ts';
import type { VersionFact } from '../../domain/lambda/version-fact.ts';
import { type FinishOpenedPorts, finishOpened } from './finish-opened.ts';

export interface Existing {
  readonly outcome: 'existing';
  readonly deployment: Deployment;
}

export interface Asked {
  readonly artifact: Artifact;
  /** What is in `$LATEST`, when that is asked for. */
  readonly latest?: VersionFact | null | undefined;
  readonly input: { readonly service: string; readonly by: string; readonly requestKey: string | null };
}

/** The same request again: what it opened is finished, and is the answer, also when it has ended since. */
export async function repeated(
  ports: FinishOpenedPorts,
  { opened, artifact, input }: Asked & { readonly opened: Deployment },
): Promise<Existing> {
  const isSame = opened.kind === 'rollout' && opened.service === input.service && isOfArtifact(opened, artifact);
  if (!isSame) throw keyOfAnother(opened, input);
  return existing(ports, opened);
}

/** Whoever opened it may have stopped before it started the machine. */
export async function existing(ports: FinishOpenedPorts, deployment: Deployment): Promise<Existing> {
  return { outcome: 'existing', deployment: await finishOpened(ports, { deployment }) };
}

/** What the request asks for is already under way. */
export function isSameRequest(inFlight: Deployment, { artifact, latest, input }: Asked): boolean {
  if (inFlight.kind !== 'rollout' || inFlight.service !== input.service) return false;
  // On its way back it is not what is asked for any more: the answer is that it is in the way.
  if (!goesForward(inFlight)) return false;
  // The same word may stand for other code by now.
  if (isLatest(artifact)) return isSame(inFlight.fingerprints?.canary, latest?.fingerprint);
  return isFor(inFlight, artifact);
}

/** Of a key that was taken up on the deployment, the word for the latest stands for what it was then. */
export function isFor(deployment: Deployment, artifact: Artifact): boolean {
  if (isLatest(artifact)) return true;
  return ('version' in artifact && deployment.canary === artifact.version) || isOfArtifact(deployment, artifact);
}

interface TakingUp {
  readonly deployment: Deployment;
  readonly what: Wish;
  readonly input: KeyedRequest;
}

/** Somebody else began what is asked for: a repeat finds it, also when it has ended since. */
export async function takenUpOn(
  { deployments, clock }: FinishOpenedPorts,
  { deployment, what, input: { by, requestKey } }: TakingUp,
): Promise<Deployment> {
  if (requestKey === null) return deployment;
  const recorded = await deployments.record(deployment.id, ({ deployment: current }) => {
    const next = takenUp(current, { what, by, requestKey, now: clock.now() });
    return next === current ? null : { deployment: next, entries: [] };
  });
  return recorded.deployment;
}

function isOfArtifact(deployment: Deployment, artifact: Artifact): boolean {
  return JSON.stringify(deployment.artifact) === JSON.stringify(artifact);
}

/** What is in the way goes on to its end, so that to wait for it leads somewhere. */
export async function inFlightConflict(ports: FinishOpenedPorts, inFlight: Deployment): Promise<SlipwayError> {
  const { id, service, kind, status } = await finishOpened(ports, { deployment: inFlight });
  const way =
    kind === 'rollout'
      ? 'Wait for it, abort it, or repeat this with "supersede": true.'
      : 'It is a rollback; wait for it.';
  return new SlipwayError('Conflict', `Deployment ${id} of ${service} is in flight (${status}). ${way}`, {
    details: { inFlight: { id } },
  });
}
