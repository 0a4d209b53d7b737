/** Keeps account of who moved which alias: the cloud knows each change, and this knows on whose order it was made. */

import type { SplitOrder, Traffic } from '../../ports.ts';
import type { Move, Shares } from '../checkers/checked-world.ts';
import type { RehearsalCloud } from '../cloud/cloud.ts';
import type { SplitChange } from '../cloud/split-history.ts';
import type { Ledger, LedgerView } from '../ledger/ledger.ts';
import type { Caller } from './installation.ts';

export interface MoveLog {
  /** The traffic port of one invocation, whose moves are put down to it. */
  attributed(traffic: Traffic, caller: Caller): Traffic;
  /** All moves so far; those that came through no port are put down to others. */
  list(): readonly Move[];
  /** From now on the alias of the function is watched. */
  watch(service: { readonly name: string; readonly function: string; readonly alias: string }): void;
  shares(service: string): Shares;
}

interface Mover {
  readonly order: SplitOrder;
  readonly caller: Caller;
}

export function moveLog(cloud: RehearsalCloud, ledger: Ledger): MoveLog {
  const services = new Map<string, string>();
  const shares = new Map<string, Shares>();
  const moves: Move[] = [];
  let seen = 0;
  const take = (mover: Mover | null) => {
    const history = cloud.history();
    for (; seen < history.length; seen += 1) {
      const change = history[seen] as SplitChange;
      const service = services.get(`${change.functionName}:${change.alias}`);
      if (service === undefined) continue;
      const after = sharesOf(change);
      moves.push({
        at: change.at,
        service,
        before: shares.get(service) ?? after,
        after,
        ...moverOf(mover, { service, view: ledger.view() }),
      });
      shares.set(service, after);
    }
  };
  /** A port's effect happens at once when it is called, so what is new right after the call is its doing. */
  const attribute = <T>(mover: Mover, move: () => Promise<T>): Promise<T> => {
    take(null);
    const moved = move();
    take(mover);
    return moved;
  };
  return {
    attributed: (traffic, caller) => ({
      ...traffic,
      setSplit: (order) => attribute({ order, caller }, () => traffic.setSplit(order)),
      takeBack: (order) => attribute({ order: { ...order, canaryPercent: 0 }, caller }, () => traffic.takeBack(order)),
    }),
    list() {
      take(null);
      return moves;
    },
    watch({ name, function: functionName, alias }) {
      services.set(`${functionName}:${alias}`, name);
      shares.set(name, new Map([[cloud.lambda.getAlias(functionName, { alias }).functionVersion, 100]]));
      seen = cloud.history().length;
    },
    shares: (service) => shares.get(service) ?? new Map(),
  };
}

function moverOf(mover: Mover | null, { service, view }: { service: string; view: LedgerView }) {
  const holder = view.deployments.get(view.locks.get(service)?.deploymentId ?? '') ?? null;
  return { order: mover?.order ?? null, task: mover?.caller.deploymentId ?? null, holder };
}

function sharesOf({ stable, canary, canaryPercent }: SplitChange): Shares {
  if (canary === null || canaryPercent === 0) return new Map([[stable, 100]]);
  return new Map([
    [stable, 100 - canaryPercent],
    [canary, canaryPercent],
  ]);
}
