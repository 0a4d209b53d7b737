/** The twin of the smaller ports in src/ports: services, outbox, idempotency, turns and evidence. */

import { isWatched } from '../../domain/deployment/deployment.ts';
import { KEY_REMEMBERED_MS, KEY_TAKEN_OVER_MS } from '../../domain/deployment/keyed-request.ts';
import {
  byOldestMessage,
  isSameSpec,
  LEFT,
  noSuchService,
  planWatchEnd,
  stillInFlight,
  targetElsewhere,
  targetInFlight,
  targetTaken,
} from '../../domain/deployment/ledger.ts';
import { chooseTurn, nextMoments, TURN_KEPT_MS, type Turn, turnFrom } from '../../domain/deployment/turns.ts';
import type { Service, ServiceSpec } from '../../domain/service/service-spec.ts';
import { targetKey } from '../../domain/service/target.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Claim, Idempotency } from '../../ports/idempotency.ts';
import type { Outbox } from '../../ports/outbox.ts';
import type { Services } from '../../ports/services.ts';
import type { Turns } from '../../ports/turns.ts';
import type { Verdicts } from '../../ports/verdicts.ts';
import { frozen } from './frozen.ts';
import { all, type LedgerState, store } from './state.ts';

export function twinServices(state: LedgerState): Services {
  const read = (name: string): Service => {
    const service = state.services.get(name);
    if (service === undefined) throw noSuchService(name);
    return service;
  };
  return {
    async write({ spec, by, at, takingFrom }) {
      const stored = state.services.get(spec.name);
      if (stored && isSameSpec(stored.spec, spec)) return stored;
      const key = targetKey(spec.target);
      const taken = takingFrom === spec.name ? undefined : state.services.get(takingFrom ?? '');
      if (taken !== undefined) requireTakeable(state, { taken, spec });
      const owner = state.targets.get(key) ?? spec.name;
      if (owner !== spec.name && owner !== taken?.name) throw targetTaken({ target: spec.target, service: owner });
      if (stored && targetKey(stored.spec.target) !== key) {
        const holder = state.locks.get(spec.name)?.deploymentId;
        if (holder) throw targetInFlight({ name: spec.name, deploymentId: holder });
        leave(state, { service: stored, by, because: LEFT.moved(spec.name, spec.target), at });
      }
      if (taken !== undefined) {
        leave(state, { service: taken, by, because: LEFT.taken(taken.name, spec.name), at });
        state.services.delete(taken.name);
      }
      state.targets.set(key, spec.name);
      const revision = (stored?.revision ?? 0) + 1;
      const service = frozen({ name: spec.name, spec, revision, updatedAt: at, updatedBy: by });
      state.services.set(spec.name, service);
      state.revisions.set(spec.name, [...(state.revisions.get(spec.name) ?? []), service]);
      return service;
    },
    read: async (name) => read(name),
    list: async () => [...state.services.values()].sort((one, other) => (one.name < other.name ? -1 : 1)),
    async remove({ name, by, at }) {
      const service = read(name);
      const holder = state.locks.get(name)?.deploymentId;
      if (holder) throw stillInFlight({ name, deploymentId: holder });
      leave(state, { service, by, because: LEFT.removed(name), at });
      state.services.delete(name);
    },
  };
}

function requireTakeable(state: LedgerState, { taken, spec }: { taken: Service; spec: ServiceSpec }): void {
  const { name } = taken;
  const { target } = spec;
  if (targetKey(taken.spec.target) !== targetKey(target))
    throw targetElsewhere({ name, has: taken.spec.target, target });
  const holder = state.locks.get(name)?.deploymentId;
  if (holder) throw stillInFlight({ name, deploymentId: holder });
}

interface Leaving {
  readonly service: Service;
  readonly by: string;
  readonly because: string;
  readonly at: number;
}

/** Ends the watches of a service that leaves its target, and frees the target. */
function leave(state: LedgerState, { service: { name, spec }, ...end }: Leaving): void {
  for (const deployment of all(state, state.byService.get(name) ?? [])) {
    if (isWatched(deployment, end.at)) store(state, planWatchEnd(deployment, end));
  }
  state.targets.delete(targetKey(spec.target));
}

export function twinOutbox(state: LedgerState): Outbox {
  return {
    list: async ({ deploymentId, after, limit }) =>
      [...state.pending.values()]
        .filter((message) =>
          deploymentId === undefined
            ? after === undefined || byOldestMessage(message, after) > 0
            : message.deploymentId === deploymentId,
        )
        .sort(byOldestMessage)
        .slice(0, limit),
    async recordPublished(ids, at) {
      const ticked: string[] = [];
      for (const id of ids) {
        const message = state.pending.get(id);
        if (message === undefined) continue;
        state.pending.delete(id);
        state.outbox.set(id, { message, publishedAt: at });
        ticked.push(id);
      }
      return ticked;
    },
  };
}

export function twinIdempotency({ claims }: LedgerState): Idempotency {
  return {
    async claim({ key, requestHash, at }): Promise<Claim> {
      const stored = claims.get(key);
      const isForgotten = stored === undefined || stored.claimedAt <= at - KEY_REMEMBERED_MS;
      if (!isForgotten && stored.requestHash !== requestHash) return { claimed: false, why: 'otherRequest' };
      if (!isForgotten && stored.answer) return { claimed: false, why: 'answered', answer: stored.answer };
      if (!isForgotten && stored.claimedAt > at - KEY_TAKEN_OVER_MS) return { claimed: false, why: 'inProgress' };
      claims.set(key, { requestHash, claimedAt: at, answer: null });
      return { claimed: true };
    },
    async record({ key, requestHash }, answer) {
      const stored = claims.get(key);
      if (stored?.requestHash === requestHash) claims.set(key, { ...stored, answer: frozen(answer) });
    },
    async release({ key, requestHash }) {
      const stored = claims.get(key);
      if (stored?.answer === null && stored.requestHash === requestHash) claims.delete(key);
    },
  };
}

/** One step, like a transaction: the earliest free moment is always right, and there are no concurrent writers. */
export function twinTurns(
  { turns }: LedgerState,
  { clock, callsPerSecond }: { readonly clock: Clock; readonly callsPerSecond: number },
): Turns {
  const keep = (moments: readonly number[], claimant: string): Turn => {
    for (const at of moments) turns.set(at, claimant);
    return turnFrom(moments);
  };
  return {
    async claim(order) {
      const rate = { callsPerSecond, now: clock.now() };
      const next = nextMoments(rate, order.calls);
      if (!next.some((at) => turns.has(at))) return keep(next, order.claimant);
      const claims = Array.from(turns, ([at, claimant]) => ({ at, claimant })).filter(
        ({ at }) => at >= rate.now - TURN_KEPT_MS,
      );
      const choice = chooseTurn({ ...rate, order, claims, choices: 1, pick: () => 0 });
      for (const at of choice.release) turns.delete(at);
      return 'turn' in choice ? choice.turn : keep(choice.claim, order.claimant);
    },
    async sweep() {
      for (const at of turns.keys()) if (at < clock.now() - TURN_KEPT_MS) turns.delete(at);
    },
  };
}

export function twinVerdicts({ evidence }: LedgerState): Verdicts {
  return {
    async record(deploymentId, rows) {
      const kept = evidence.get(deploymentId) ?? new Map();
      for (const row of rows) kept.set(row.startsAt, frozen(row));
      evidence.set(deploymentId, kept);
    },
    list: async (deploymentId) =>
      [...(evidence.get(deploymentId)?.values() ?? [])].sort((one, other) => one.startsAt - other.startsAt),
  };
}
