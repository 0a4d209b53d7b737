/**
 * Records who moved what. The cloud knows each change of an alias or of a workload's record; this log adds the order
 * behind it.
 */

import type { Target } from '../domain/service/service-spec.ts';
import type { BrakeOrder } from '../domain/workload/brake-order.ts';
import { shareOf } from '../domain/workload/workload-record.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { Clusters } from '../ports/clusters.ts';
import type { SplitOrder, Traffic } from '../ports/traffic.ts';
import type { RehearsalCloud } from '../twin/cloud/cloud.ts';
import { workloadFunction } from '../twin/cloud/workload-calls.ts';
import { type RecordChange, wantedShares } from '../twin/cloud/workload-history.ts';
import type { SplitChange } from '../twin/lambda/split-history.ts';
import type { Ledger, LedgerView } from '../twin/ledger/ledger.ts';
import type { Caller } from './caller.ts';
import type { Move, Shares, UnreadyOrder } from './checkers/checked-world.ts';
import { brakedBy, notedBrakes } from './noted-brakes.ts';
import { startOf } from './played-target.ts';
import { unreadyLog } from './unready-log.ts';

export interface MoveLog {
  /** The ports of one invocation. Its moves are attributed to it. */
  attributed(ports: Movers, caller: Caller): Movers;
  /** All moves so far. A move that came through no port is attributed to another person or tool. */
  list(): readonly Move[];
  /** The splits that were refused because a version was not ready. */
  unready(): readonly UnreadyOrder[];
  /** From now on the target of the service is watched. */
  watch(service: { readonly name: string; readonly target: Target }): void;
  shares(service: string): Shares;
}

/** The ports that move calls. */
export interface Movers {
  readonly traffic: Traffic;
  readonly cluster: Cluster;
  readonly clusters: Clusters;
}

interface Mover {
  readonly order: Pick<SplitOrder, 'stable' | 'canary' | 'canaryPercent'> | null;
  readonly caller: Caller;
}

export interface MoveLogOrder {
  readonly cloud: RehearsalCloud;
  readonly ledger: Ledger;
  readonly clock: Clock;
}

export function moveLog({ cloud, ledger, clock }: MoveLogOrder): MoveLog {
  const log = moveNotes(ledger);
  const unready = unreadyLog();
  let aliasesSeen = 0;
  let recordsSeen = 0;
  const take = (mover: Mover | null) => {
    const history = cloud.history();
    for (; aliasesSeen < history.length; aliasesSeen += 1) {
      const change = history[aliasesSeen] as SplitChange;
      const to = { at: change.at, after: sharesOf(change), order: mover?.order ?? null };
      log.note(`${change.functionName}:${change.alias}`, { ...to, mover });
    }
    const records = cloud.workloads.history();
    for (; recordsSeen < records.length; recordsSeen += 1) {
      const { at, target, record } = records[recordsSeen] as RecordChange;
      const after = wantedShares(record);
      const order = mover === null ? null : orderBehind(ledger.view(), { record, after });
      log.note(workloadFunction(target), { at, after, order, mover, isWayBack: record.closed });
    }
  };
  const brake = brakeNoter({ cloud, ledger, clock, log });
  /** A port has its effect at once when it is called, so a change right after the call is its effect. */
  const attribute = <T>(mover: Mover, move: () => Promise<T>): Promise<T> => {
    take(null);
    const moved = move();
    take(mover);
    return moved;
  };
  return {
    attributed: ({ traffic, cluster, clusters }, caller) => ({
      traffic: {
        ...traffic,
        setSplit: (order) => attribute({ order, caller }, () => unready.watched(order, traffic.setSplit(order))),
        takeBack: (order) =>
          attribute({ order: { ...order, canaryPercent: 0 }, caller }, () => traffic.takeBack(order)),
      },
      cluster: { ...cluster, replace: (object) => attribute({ order: null, caller }, () => cluster.replace(object)) },
      clusters: notedBrakes(clusters, (order) => {
        take(null);
        brake(order, caller);
      }),
    }),
    unready: unready.list,
    list() {
      take(null);
      return log.moves;
    },
    watch(service) {
      take(null);
      log.watch(...startOf(cloud, service));
    },
    shares: log.shares,
  };
}

/** A brake changes no record, and the other moves are read from records. */
function brakeNoter({ cloud, ledger, clock, log }: MoveLogOrder & { readonly log: ReturnType<typeof moveNotes> }) {
  return (order: BrakeOrder, caller: Caller): void => {
    const braked = brakedBy(ledger.view(), order);
    if (braked === null) return;
    const { target, stable, canary, atPercent } = braked;
    const key = workloadFunction(target);
    log.note(key, {
      at: clock.now(),
      after: new Map([[stable, 100]]),
      order: { stable, canary, canaryPercent: 0 },
      mover: { order: null, caller },
      isBrake: true,
    });
    // A running step has recorded its share already, and leads calls to the canary once more.
    const record = cloud.workloads.record(target);
    if (record !== null && shareOf(record, canary) > atPercent) log.resume(key, wantedShares(record));
  };
}

interface Noted {
  readonly at: number;
  readonly isWayBack?: boolean;
  readonly isBrake?: boolean;
  readonly after: Shares;
  readonly order: Move['order'];
  readonly mover: Mover | null;
}

function moveNotes(ledger: Ledger) {
  const services = new Map<string, string>();
  const shares = new Map<string, Shares>();
  const moves: Move[] = [];
  return {
    moves,
    shares: (service: string): Shares => shares.get(service) ?? new Map(),
    watch(key: string, { name, version }: { name: string; version: string | null }): void {
      services.set(key, name);
      shares.set(name, version === null ? new Map() : new Map([[version, 100]]));
    },
    resume(key: string, again: Shares): void {
      shares.set(services.get(key) ?? '', again);
    },
    note(key: string, { at, after, order, mover, isWayBack = false, isBrake = false }: Noted): void {
      const service = services.get(key);
      if (service === undefined) return;
      const before = shares.get(service) ?? after;
      shares.set(service, after);
      // A record may change its deployment without moving a call.
      if (isSame(before, after)) return;
      const view = ledger.view();
      const holder = view.deployments.get(view.locks.get(service)?.deploymentId ?? '') ?? null;
      const task = mover?.caller.deploymentId ?? null;
      moves.push({ at, service, before, after, order, task, holder, isWayBack, isBrake });
    },
  };
}

function isSame(one: Shares, other: Shares): boolean {
  return one.size === other.size && [...one].every(([version, percent]) => other.get(version) === percent);
}

/**
 * The order for which a record was written. The record names its deployment, whose canary the order is about, or the
 * deployment that it cleared.
 */
function orderBehind(
  { deployments }: LedgerView,
  { record, after }: { record: RecordChange['record']; after: Shares },
): Mover['order'] {
  const { deploymentId } = record;
  const deployment = deployments.get(deploymentId);
  const replaced = deployments.get(record.cleared?.deploymentId ?? '');
  const stable = deployment?.stable ?? record.stable;
  const canary = deployment?.canary ?? record.canary ?? replaced?.canary ?? stable;
  return { stable, canary, canaryPercent: after.get(canary) ?? 0 };
}

function sharesOf({ stable, canary, canaryPercent }: SplitChange): Shares {
  if (canary === null || canaryPercent === 0) return new Map([[stable, 100]]);
  return new Map([
    [stable, 100 - canaryPercent],
    [canary, canaryPercent],
  ]);
}
