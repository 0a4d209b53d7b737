/** The ledger's twin of the port `Deployments` in src/ports. Every method is one step, like a transaction. */
import { type Deployment, isInFlight, isWatched, wasLiveBy } from '../../domain/deployment/deployment.ts';
import { isKeyRemembered, type KeyedRequest, onceForRequest } from '../../domain/deployment/keyed-request.ts';
import {
  byLatest,
  byNewest,
  noSuchDeployment,
  onceOf,
  openedBefore,
  planChange,
  planOpening,
  planSuperseding,
  planUndoing,
  readCursor,
  writeCursor,
} from '../../domain/deployment/ledger.ts';
import type { Page } from '../../domain/deployment/page.ts';
import type { Traced } from '../../domain/deployment/target-history.ts';
import { fingerprintIn } from '../../domain/lambda/fingerprint.ts';
import { targetKey } from '../../domain/service/target.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Change, DeploymentQuery, ListedDeployments, Opened, Opening, Recorded } from '../../ports/deployments.ts';
import { all, type LedgerState, recorded, store, traced } from './state.ts';

export function twinDeployments(state: LedgerState, clock: Clock): ListedDeployments {
  return {
    open: async (opening) => open(state, { opening, at: clock.now() }),
    read: async (id) => read(state, id),
    record: async (id, change) => record(state, { id, change, clock }),
    findByRequest: async (request) => findByRequest(state, { request, now: clock.now() }),
    list: async (query) => list(state, query),
    listInFlight: async () => oldestFirst(all(state, state.inFlight)).map((deployment) => recorded(state, deployment)),
    listWatched: async (now) =>
      oldestFirst(all(state, state.promoted).filter((deployment) => isWatched(deployment, now))),
    timeline: async (id) => [...(state.timeline.get(id) ?? [])],
    findByAlarm: async (query) => findByAlarm(state, query),
    history: async ({ target, limit }) =>
      all(state, (state.byTarget.get(target) ?? []).slice(0, limit)).map((deployment) => traced(state, deployment)),
    findPromoted: async ({ target, version }) =>
      all(state, state.byTarget.get(target) ?? []).find(
        ({ id, canary }) => canary === version && state.promoted.has(id),
      ) ?? null,
    liveAs: async ({ target, version }) =>
      all(state, state.byTarget.get(target) ?? [])
        .filter((deployment) => wasLiveBy(deployment, version))
        .map((deployment) => fingerprintIn(deployment, version)),
  };
}

function read(state: LedgerState, id: string): Recorded {
  const deployment = state.deployments.get(id);
  if (deployment === undefined) throw noSuchDeployment(id);
  return recorded(state, deployment);
}

function open(state: LedgerState, { opening, at }: { opening: Opening; at: number }): Opened {
  const { deployment, superseding, undoing } = opening;
  const once = onceOf(opening);
  if (once !== null && isKnown(state, { opening, once, at })) throw openedBefore(once);
  const superseded = superseding && read(state, superseding.deploymentId);
  const undone = undoing === undefined ? undefined : read(state, undoing);

  const keys = [deployment.service, targetKey(deployment.spec.target)];
  const locks = keys.map((key) => state.locks.get(key) ?? { deploymentId: null, fence: 0 });
  const fence = Math.max(...locks.map((lock) => lock.fence)) + 1;
  const found = { undone: undone?.deployment, superseded: superseded?.deployment };
  const plan = planOpening(opening, { fence, at, ...found });
  const undoneWrite = undone && planUndoing(undone.deployment, { opened: plan.deployment, at });
  for (const { deploymentId: holder } of locks) {
    if (holder !== null && holder !== superseded?.deployment.id)
      return { opened: false, inFlight: read(state, holder).deployment };
  }
  for (const key of keys) state.locks.set(key, { deploymentId: deployment.id, fence });
  if (once !== null) state.onceKeys.set(once, deployment.id);
  const opened = store(state, plan);
  if (superseding && superseded && isInFlight(superseded.deployment)) {
    store(state, planSuperseding(superseded.deployment, { opened, because: superseding.because, at }));
    state.waits.delete(superseded.deployment.id);
  }
  if (undoneWrite) store(state, undoneWrite);
  return { opened: true, deployment: opened, waitToken: superseded?.waitToken ?? null };
}

/**
 * The key of a request is forgotten after a day. The key of an event that opened a deployment is remembered for ever.
 */
function isKnown(
  state: LedgerState,
  { opening, once, at }: { readonly opening: Opening; readonly once: string; readonly at: number },
): boolean {
  const known = state.deployments.get(state.onceKeys.get(once) ?? '');
  return known !== undefined && (opening.once !== undefined || isKeyRemembered(known, at));
}

function findByRequest(
  state: LedgerState,
  { request, now }: { readonly request: KeyedRequest; readonly now: number },
): Deployment | null {
  const known = state.deployments.get(state.onceKeys.get(onceForRequest(request) ?? '') ?? '');
  return known !== undefined && isKeyRemembered(known, now) ? known : null;
}

interface RecordOrder {
  readonly id: string;
  readonly change: (recorded: Recorded) => Change | null;
  readonly clock: Clock;
}

function record(state: LedgerState, { id, change, clock }: RecordOrder): Recorded {
  const stored = read(state, id);
  const decided = change(stored);
  if (decided === null) return stored;
  const deployment = store(state, planChange(stored.deployment, { ...decided, at: clock.now() }));
  const waitToken =
    decided.wait === undefined ? stored.waitToken : decided.wait === 'answered' ? null : decided.wait.token;
  if (waitToken === null || !isInFlight(deployment)) state.waits.delete(id);
  else state.waits.set(id, waitToken);
  return { deployment, waitToken };
}

function list(state: LedgerState, { service, services, statuses, cursor, limit }: DeploymentQuery): Page<Deployment> {
  const from = cursor === undefined ? null : readCursor(cursor);
  const candidates =
    service === undefined
      ? [...state.deployments.values()].sort(byNewest)
      : all(state, state.byService.get(service) ?? []);
  const rows = candidates
    .filter((deployment) => services === undefined || services.includes(deployment.service))
    .filter((deployment) => statuses === undefined || statuses.includes(deployment.status))
    .filter((deployment) => from === null || byNewest(from, deployment) < 0);
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? writeCursor(last) : null };
}

function findByAlarm(state: LedgerState, { alarm, now }: { alarm: string; now: number }): Traced[] {
  const isActive = (deployment: Deployment) => isInFlight(deployment) || isWatched(deployment, now);
  const active = all(state, new Set([...state.inFlight, ...state.promoted])).filter(isActive);
  const named = [
    ...[...state.services.values()].filter(({ spec }) => spec.alarms.includes(alarm)).map(({ name }) => name),
    ...active.filter(({ spec }) => spec.alarms.includes(alarm)).map(({ service }) => service),
  ];
  return [...new Set(named)].sort().flatMap((service) => {
    const ofService = all(state, state.byService.get(service) ?? []).sort(byLatest);
    const fences = active.filter((deployment) => deployment.service === service).map(({ fence }) => fence);
    const since = fences.length > 0 ? Math.min(...fences) : (ofService[0]?.fence ?? 0);
    return ofService.filter(({ fence }) => fence >= since).map((deployment) => traced(state, deployment));
  });
}

function oldestFirst(deployments: Deployment[]): Deployment[] {
  return deployments.sort((one, other) => byNewest(other, one));
}
