/** Decides when the troubles of cluster-troubles.ts come: most during a rollout, when they do the most harm. */

import { deploymentRef } from '../domain/workload/workload-objects.ts';
import { pick, type Random } from '../twin/random.ts';
import { sleep } from '../twin/scheduler.ts';
import { workloadNames } from './checkers/workload-names.ts';
import {
  autoscale,
  changeRoute,
  cleanConfigMaps,
  fillNodes,
  loseReadiness,
  setQuota,
  type Trouble,
  type TroubleOrder,
  workloadNow,
} from './cluster-acts.ts';
import { laysHandOn } from './cluster-hands.ts';

export interface Troubles {
  /** Ends the troubles that are left. */
  end(): void;
}

type Make = (order: TroubleOrder, trouble: Trouble) => unknown;

export function setTroublesGoing(given: Omit<TroubleOrder, 'endLater'>): Troubles {
  const { scenario, scheduler } = given;
  const left = new Set<() => void>();
  const endLater: TroubleOrder['endLater'] = (end, afterMs) => {
    const endOnce = () => {
      if (left.delete(endOnce)) end();
    };
    left.add(endOnce);
    if (afterMs !== null) scheduler.at(scheduler.now() + afterMs, endOnce);
  };
  const order: TroubleOrder = { ...given, endLater };
  const { activeMs } = scenario;
  const makers: readonly [number, Make][] = [
    [scenario.unreadiness, loseReadiness],
    [scenario.cleanings, cleanConfigMaps],
    [scenario.quotas, setQuota],
    [scenario.fullNodes, fillNodes],
    [scenario.autoscalings, autoscale],
    [scenario.hands, laysHandOn],
  ];
  let made = 0;
  const schedule = (make: (random: Random) => Promise<unknown>) => {
    made += 1;
    const random = order.random.fork(`trouble ${made}`);
    scheduler.at(scheduler.now() + random.integer(activeMs), async () => void (await make(random)));
  };
  for (const [times, make] of makers)
    for (let index = 0; index < times; index += 1) schedule((random) => makeWhenItHurts(order, { make, random }));
  for (let index = 0; index < scenario.routeChanges; index += 1)
    schedule(async (random) => {
      const workload = pickWorkload(order, { random, names: namesOf(order) });
      if (workload !== null) await changeRoute(order, { workload, random });
    });
  return {
    end: () => {
      for (const endOnce of left) endOnce();
    },
  };
}

const LOOK_EVERY_MS = 3_000;
const LOOKS = 60;

/** Most troubles wait until a rollout is in progress, half of those until it has a canary, and then a moment longer. */
async function makeWhenItHurts(
  order: TroubleOrder,
  { make, random }: { readonly make: Make; readonly random: Random },
): Promise<void> {
  const hurt = random.chance(0.5) ? namesWithCanary : busyNames;
  if (random.chance(0.8)) {
    for (let looks = 0; looks < LOOKS && hurt(order).length === 0; looks += 1)
      await sleep(order.scheduler, LOOK_EVERY_MS);
    await sleep(order.scheduler, random.integer(hurt === busyNames ? 60_000 : 20_000));
  }
  const found = hurt(order);
  const workload = pickWorkload(order, { random, names: found.length > 0 ? found : namesOf(order) });
  if (workload !== null) await make(order, { workload, random });
}

function namesOf({ scenario }: TroubleOrder): readonly string[] {
  return workloadNames(scenario.services);
}

function busyNames(order: TroubleOrder): readonly string[] {
  const { locks } = order.installation.ledger.view();
  return namesOf(order).filter((name) => (locks.get(name)?.deploymentId ?? null) !== null);
}

function namesWithCanary(order: TroubleOrder): readonly string[] {
  const { cluster } = order.installation.cloud;
  return namesOf(order).filter((name) => {
    const workload = workloadNow(order, name);
    return workload !== null && cluster.find(deploymentRef(workload.target, 'canary')) !== undefined;
  });
}

function pickWorkload(
  order: TroubleOrder,
  { random, names }: { readonly random: Random; readonly names: readonly string[] },
): Trouble['workload'] | null {
  return names.length === 0 ? null : workloadNow(order, pick(random, names));
}
