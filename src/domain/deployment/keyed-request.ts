/**
 * A request that its caller named by an Idempotency-Key. What it began is on record under that key, in the same transaction, so
 * that a repeat finds it and finishes it: as the deployment that it opened, or as one that it was taken up on.
 */

import { SlipwayError } from '../errors.ts';
import type { Deployment } from './deployment.ts';
import type { Wish } from './wish.ts';

/** So long a key is remembered, in milliseconds: a day. */
export const KEY_REMEMBERED_MS = 24 * 3_600_000;

/**
 * A claim without an answer is taken over after so many milliseconds. As short as a caller's patience: the ledger, and not the claim,
 * keeps two calls of one key apart.
 */
export const KEY_TAKEN_OVER_MS = 5_000;

/** Of each deployment; the oldest give way. */
const KEPT_MAX = 20;

export interface KeyedRequest {
  readonly by: string;
  /** Null: the caller gave none, and nobody can tell a repeat from a second request. */
  readonly requestKey: string | null;
}

/** What a deployment is opened for once: one caller's key never stands for another's. Null without a key. */
export function onceForRequest({ by, requestKey }: KeyedRequest): string | null {
  return requestKey === null ? null : `request ${JSON.stringify([by, requestKey])}`;
}

/** True while a key that opened a deployment then is still remembered. */
export function isKeyRemembered({ openedAt }: Pick<Deployment, 'openedAt'>, now: number): boolean {
  return openedAt > now - KEY_REMEMBERED_MS;
}

interface Taking extends KeyedRequest {
  readonly what: Wish;
  readonly now: number;
}

/** True when this very request was taken up on the deployment before. */
export function wasTakenUp(
  { progress: { requests = [] } }: Deployment,
  { what, by, requestKey, now }: Taking,
): boolean {
  return requests.some(
    (one) => one.what === what && one.by === by && one.key === requestKey && one.at > now - KEY_REMEMBERED_MS,
  );
}

/** The deployment with the request on record; the same one when it has no key, or was taken up before. */
export function takenUp(deployment: Deployment, request: Taking): Deployment {
  const { what, by, requestKey: key, now: at } = request;
  if (key === null || wasTakenUp(deployment, request)) return deployment;
  const requests = [...(deployment.progress.requests ?? []), { what, by, key, at }].slice(-KEPT_MAX);
  return { ...deployment, progress: { ...deployment.progress, requests } };
}

/** Refuses a key that opened, or was taken up for, something else than what is asked for now. */
export function keyOfAnother(
  { id, requestKey: opening }: Pick<Deployment, 'id' | 'requestKey'>,
  { requestKey }: KeyedRequest,
): SlipwayError {
  const which = opening === requestKey ? `which opened deployment ${id}` : `which deployment ${id} answers`;
  const fact = `The Idempotency-Key ${JSON.stringify(requestKey)} was used for another request, ${which}.`;
  return new SlipwayError('InvalidRequest', `${fact} Use a new key for a new request.`);
}
