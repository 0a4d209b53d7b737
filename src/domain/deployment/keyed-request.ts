/**
 * A request with an Idempotency-Key. The transaction that begins its work also records the key, so that a repeated
 * request finds that work and finishes it. The work is a deployment that the request opened, or one that took the
 * request up.
 */

import { SlipwayError } from '../errors.ts';
import type { Deployment } from './deployment.ts';
import type { RequestedAction } from './requested-action.ts';

/** How long a key is remembered: one day, in milliseconds. */
export const KEY_REMEMBERED_MS = 24 * 3_600_000;

/**
 * Another caller may take over a claim that has no answer after this many milliseconds. It is as short as a caller's
 * patience, because the ledger, and not the claim, keeps two calls with the same key apart.
 */
export const KEY_TAKEN_OVER_MS = 5_000;

/** The number of requests that one deployment remembers. The oldest are dropped first. */
const KEPT_MAX = 20;

export interface KeyedRequest {
  readonly by: string;
  /** Null when the caller gave no key. Then Slipway cannot tell a repeated request from a second one. */
  readonly requestKey: string | null;
}

/**
 * The key under which a deployment opens only once. It includes the caller, so two callers with the same key stay
 * apart. Null without a key.
 */
export function onceForRequest({ by, requestKey }: KeyedRequest): string | null {
  return requestKey === null ? null : `request ${JSON.stringify([by, requestKey])}`;
}

/** True while the key that opened the deployment is still remembered. */
export function isKeyRemembered({ openedAt }: Pick<Deployment, 'openedAt'>, now: number): boolean {
  return openedAt > now - KEY_REMEMBERED_MS;
}

interface Taking extends KeyedRequest {
  readonly what: RequestedAction;
  readonly now: number;
}

/** True when the deployment has already taken up this same request. */
export function wasTakenUp(
  { progress: { requests = [] } }: Deployment,
  { what, by, requestKey, now }: Taking,
): boolean {
  return requests.some(
    (one) => one.what === what && one.by === by && one.key === requestKey && one.at > now - KEY_REMEMBERED_MS,
  );
}

/**
 * Returns the deployment with the request recorded. Returns it unchanged when the request has no key or was taken up
 * before.
 */
export function takenUp(deployment: Deployment, request: Taking): Deployment {
  const { what, by, requestKey: key, now: at } = request;
  if (key === null || wasTakenUp(deployment, request)) return deployment;
  const requests = [...(deployment.progress.requests ?? []), { what, by, key, at }].slice(-KEPT_MAX);
  return { ...deployment, progress: { ...deployment.progress, requests } };
}

/** The error for a key that was used before, to open or to change a deployment, with another request. */
export function keyReusedError(
  { id, requestKey: opening }: Pick<Deployment, 'id' | 'requestKey'>,
  { requestKey }: KeyedRequest,
): SlipwayError {
  const which = opening === requestKey ? `which opened deployment ${id}` : `which deployment ${id} answers`;
  const fact = `The Idempotency-Key ${JSON.stringify(requestKey)} was used for another request, ${which}.`;
  return new SlipwayError('InvalidRequest', `${fact} Use a new key for a new request.`);
}
