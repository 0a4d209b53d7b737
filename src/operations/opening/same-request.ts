/**
 * Finds whether a request asks for what an earlier request already opened. Then the answer is that deployment, with its
 * opening finished.
 */

import { goesForward } from '../../domain/deployment/accept-signal.ts';
import { type Artifact, type Deployment, isLatest } from '../../domain/deployment/deployment.ts';
import { type KeyedRequest, keyReusedError, takenUp } from '../../domain/deployment/keyed-request.ts';
import { outOfTheWay, refusal } from '../../domain/deployment/next-step.ts';
import type { RequestedAction } from '../../domain/deployment/requested-action.ts';
import type { SlipwayError } from '../../domain/errors.ts';
import { isSame } from '../../domain/lambda/fingerprint.ts';
import type { VersionFact } from '../../domain/lambda/version-fact.ts';
import { type FinishOpenedPorts, finishOpened } from './finish-opened.ts';

export interface Existing {
  readonly outcome: 'existing';
  readonly deployment: Deployment;
}

export interface Asked {
  readonly artifact: Artifact;
  /** The code in `$LATEST`, when the request asks for it. */
  readonly latest?: VersionFact | null | undefined;
  readonly input: { readonly service: string; readonly by: string; readonly requestKey: string | null };
}

/**
 * The same request again. The answer is the deployment that it opened, with its opening finished, even if that
 * deployment has ended since.
 */
export async function repeated(
  ports: FinishOpenedPorts,
  { opened, artifact, input }: Asked & { readonly opened: Deployment },
): Promise<Existing> {
  const isSame = opened.kind === 'rollout' && opened.service === input.service && isOfArtifact(opened, artifact);
  if (!isSame) throw keyReusedError(opened, input);
  return existing(ports, opened);
}

/** The process that opened the deployment may have stopped before it started the machine. */
export async function existing(ports: FinishOpenedPorts, deployment: Deployment): Promise<Existing> {
  return { outcome: 'existing', deployment: await finishOpened(ports, { deployment }) };
}

/** True when a deployment in flight already does what the request asks for. */
export function isSameRequest(inFlight: Deployment, { artifact, latest, input }: Asked): boolean {
  if (inFlight.kind !== 'rollout' || inFlight.service !== input.service) return false;
  // A deployment that is rolling back no longer does what was asked for. The answer is a conflict with it.
  if (!goesForward(inFlight)) return false;
  // The word for the latest may mean other code by now.
  if (isLatest(artifact)) return isSame(inFlight.fingerprints?.canary, latest?.fingerprint);
  return isFor(inFlight, artifact);
}

/**
 * When an earlier request with the same key was taken up on the deployment, the word for the latest means what it meant
 * then.
 */
export function isFor(deployment: Deployment, artifact: Artifact): boolean {
  if (isLatest(artifact)) return true;
  return ('version' in artifact && deployment.canary === artifact.version) || isOfArtifact(deployment, artifact);
}

interface TakingUp {
  readonly deployment: Deployment;
  readonly what: RequestedAction;
  readonly input: KeyedRequest;
}

/**
 * Another caller began what the request asks for. The request is recorded there, so that a repeat finds the deployment
 * even after its end.
 */
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

/** Makes sure that the deployment in the way has its machine and will end, so that the caller can wait for it. */
export async function inFlightConflict(ports: FinishOpenedPorts, inFlight: Deployment): Promise<SlipwayError> {
  const deployment = await finishOpened(ports, { deployment: inFlight });
  const { id, service, status } = deployment;
  const fact = `Deployment ${id} of ${service} is in flight (${status}).`;
  const next = outOfTheWay(deployment, { or: 'repeat this with "supersede": true' });
  return refusal(fact, { ...next, details: { inFlight: { id } } });
}
