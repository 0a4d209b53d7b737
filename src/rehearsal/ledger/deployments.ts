/** The twin's ledger of deployments: see `Deployments` in ports.ts. Every method is one step, as a transaction is. */
import { type Deployment, isInFlight, isWatched } from '../../domain/deployment.ts';
import {
  byNewest,
  noSuchDeployment,
  openedBefore,
  planChange,
  planOpening,
  planSuperseding,
  planUndoing,
  readCursor,
  writeCursor,
} from '../../domain/ledger.ts';
import type { Change, Clock, DeploymentQuery, Deployments, Opened, Opening, Page, Recorded } from '../../ports.ts';
import { all, type LedgerState, recorded, store } from './state.ts';

export function twinDeployments(state: LedgerState, clock: Clock): Deployments {
  return {
    open: async (opening) => open(state, { opening, at: clock.now() }),
    read: async (id) => read(state, id),
    record: async (id, change) => record(state, { id, change, clock }),
    list: async (query) => list(state, query),
    listInFlight: async () => oldestFirst(all(state, state.inFlight)).map((deployment) => recorded(state, deployment)),
    listWatched: async (now) =>
      oldestFirst(all(state, state.promoted).filter((deployment) => isWatched(deployment, now))),
    timeline: async (id) => [...(state.timeline.get(id) ?? [])],
    findByAlarm: async (alarm) => findByAlarm(state, alarm),
    findPromoted: async ({ service, version }) =>
      all(state, state.byService.get(service) ?? []).find(
        ({ id, canary }) => canary === version && state.promoted.has(id),
      ) ?? null,
  };
}

function read(state: LedgerState, id: string): Recorded {
  const deployment = state.deployments.get(id);
  if (deployment === undefined) throw noSuchDeployment(id);
  return recorded(state, deployment);
}

function open(state: LedgerState, { opening, at }: { opening: Opening; at: number }): Opened {
  const { deployment, superseding, undoing, once } = opening;
  if (once !== undefined && state.onceKeys.has(once)) throw openedBefore(once);
  const superseded = superseding && read(state, superseding.deploymentId);
  const undone = undoing === undefined ? undefined : read(state, undoing);

  const lock = state.locks.get(deployment.service) ?? { deploymentId: null, fence: 0 };
  const plan = planOpening(opening, { fence: lock.fence + 1, at, undone: undone?.deployment });
  const undoneWrite = undone && planUndoing(undone.deployment, { opened: plan.deployment, at });
  if (lock.deploymentId !== null && lock.deploymentId !== superseded?.deployment.id) {
    return { opened: false, inFlight: read(state, lock.deploymentId).deployment };
  }
  state.locks.set(deployment.service, { deploymentId: deployment.id, fence: lock.fence + 1 });
  if (once !== undefined) state.onceKeys.add(once);
  const opened = store(state, plan);
  if (superseding && superseded && isInFlight(superseded.deployment)) {
    store(state, planSuperseding(superseded.deployment, { opened, because: superseding.because, at }));
  }
  if (undoneWrite) store(state, undoneWrite);
  return { opened: true, deployment: opened, waitToken: superseded?.waitToken ?? null };
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
  if (decided.wait === 'answered') state.waits.delete(id);
  else if (decided.wait !== undefined) state.waits.set(id, decided.wait.token);
  return recorded(state, deployment);
}

function list(state: LedgerState, { service, services, status, cursor, limit }: DeploymentQuery): Page<Deployment> {
  const from = cursor === undefined ? null : readCursor(cursor);
  const candidates =
    service === undefined
      ? [...state.deployments.values()].sort(byNewest)
      : all(state, state.byService.get(service) ?? []);
  const rows = candidates
    .filter((deployment) => services === undefined || services.includes(deployment.service))
    .filter((deployment) => status === undefined || deployment.status === status)
    .filter((deployment) => from === null || byNewest(from, deployment) < 0);
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? writeCursor(last) : null };
}

function findByAlarm(state: LedgerState, alarm: string): Recorded[] {
  return [...state.services.values()]
    .filter(({ spec }) => spec.alarms.includes(alarm))
    .map(({ name }) => name)
    .sort()
    .flatMap((name) => all(state, (state.byService.get(name) ?? []).slice(0, 1)))
    .map((deployment) => recorded(state, deployment));
}

function oldestFirst(deployments: Deployment[]): Deployment[] {
  return deployments.sort((one, other) => byNewest(other, one));
}
