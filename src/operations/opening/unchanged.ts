/**
 * A release that asks for the version that is already live is no error and opens no rollout. The answer says that
 * nothing changes.
 */
import { goesForward } from '../../domain/deployment/accept-signal.ts';
import { type Artifact, type Deployment, isLatest } from '../../domain/deployment/deployment.ts';
import { SlipwayError } from '../../domain/errors.ts';
import { LATEST } from '../../domain/lambda/version-fact.ts';
import { isLiveAlready } from '../../domain/preflight/preflight-target.ts';
import type { Unchanged } from '../../domain/preflight/start-result.ts';
import { targetName } from '../../domain/service/target.ts';
import type { Facts } from './gather-facts.ts';

interface Asked {
  readonly artifact: Artifact;
  /** The deployment that the request wants to supersede; null when there is none. */
  readonly inFlight: Deployment | null;
}

/**
 * Returns null when there is something to deploy, also while a rollout in flight may still replace the live version.
 * Never throws.
 */
export function unchangedBy(facts: Facts, { artifact, inFlight }: Asked): Unchanged | null {
  const { spec, live } = facts;
  if (live === null || inFlight !== null || !isLiveAlready(facts)) return null;
  const fact = `Version ${live.stable} holds all the traffic of ${targetName(spec.target)} already`;
  const same = isLatest(artifact) ? `, and what is in ${LATEST} is the same` : '';
  return { service: spec.name, version: live.stable, because: `${fact}${same}. Nothing was deployed.` };
}

/**
 * Refuses to supersede a rollout with the version that it started from. An abort of the rollout keeps that version
 * live, so the version needs no rollout of its own.
 */
export function refuseStartVersion(facts: Facts, { inFlight }: Pick<Asked, 'inFlight'>): void {
  if (inFlight === null || facts.live === null || !isLiveAlready(facts)) return;
  const { id } = inFlight;
  const fact = `Version ${facts.live.stable} is what deployment ${id} started from, and goes back to.`;
  const detail = goesForward(inFlight)
    ? `${fact} Abort ${id} to keep it.`
    : `${fact} It is on its way there: wait for it.`;
  throw new SlipwayError('InvalidRequest', detail, { details: { errors: [{ pointer: '/supersede', detail }] } });
}
