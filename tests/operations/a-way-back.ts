import { aLiveWorkload, MINUTE, SECOND } from './a-workload.ts';
import type { RouteKind, Situation } from './way-back-table.ts';

/** The result of a situation: how the rollback ended, and which version answers the calls then. */
export interface Ended {
  readonly end: 'done' | 'unready' | 'refused';
  readonly says: string;
  readonly calls: Readonly<Record<string, number>>;
  /** True when version 2 still has a Deployment of its own beside stable's. */
  readonly hasCanary: boolean;
  /** The ready pods, by image. */
  readonly ready: Readonly<Record<string, number>>;
}

export const routeOf = (kind: RouteKind) =>
  kind === 'httpRoute' || kind === 'albIngress' ? ({ kind, name: 'shop-front' } as const) : ({ kind } as const);

/** Brings a workload into the situation, rolls it back, and looks at it a minute later. */
export async function playWayBack(situation: Situation) {
  const broken = new Set<string>();
  const workload = await aLiveWorkload({ route: routeOf(situation.route), broken, readyWithin: { seconds: 40 } });
  // A younger pod may not have reported its readiness yet.
  await workload.pass(10 * SECOND);
  const rollout = workload.rollout('good:2', { fence: 2, isCanaryBad: situation.cause === 'alarm' });
  await rollout.plan();
  await reach(situation, { workload, rollout });
  await trouble(situation, { workload, broken, version: rollout.versions().stable });

  const next = workload.rollout('good:3', { fence: 3, clears: [rollout.id] });
  const outcome = await (situation.cause === 'supersede' ? next.plan() : rollout.takeBack()).then(
    ({ notes }) => ({
      end: notes.some((note) => note.includes('not ready')) ? ('unready' as const) : ('done' as const),
      says: notes.join(' '),
    }),
    (error: Error) => ({ end: 'refused' as const, says: error.message }),
  );
  await workload.pass(MINUTE);
  const ended: Ended = {
    ...outcome,
    calls: workload.calls(),
    hasCanary: workload.find('Deployment', 'orders-canary') !== undefined,
    ready: workload.readyPods(),
  };
  return { workload, ended };
}

type Live = Awaited<ReturnType<typeof aLiveWorkload>>;

async function reach(
  { step, route }: Situation,
  { workload, rollout }: { readonly workload: Live; readonly rollout: ReturnType<Live['rollout']> },
): Promise<void> {
  if (step === 'planned') return;
  if (step === 'atPart' || (route !== 'rolling' && route !== 'blueGreen')) await rollout.weigh(25);
  if (step === 'atPart') return;
  if (route !== 'rolling' && route !== 'replicas') await rollout.weigh(100);
  if (step === 'atAll') return;
  if (step === 'promoted') return void (await rollout.promote());
  workload.start(rollout.orders.promote()).catch(() => {});
  // Blue/green replaces all pods at once, and the new pods are ready after two seconds.
  await workload.pass(route === 'blueGreen' ? SECOND : 3 * SECOND);
}

async function trouble(
  { stable, canary, manifests }: Situation,
  { workload, broken, version }: { readonly workload: Live; readonly broken: Set<string>; readonly version: string },
): Promise<void> {
  const fail = (image: string) => {
    broken.add(image);
    for (const { metadata, spec } of workload.cluster.pods('shop'))
      if (spec.containers[0]?.image === image)
        workload.cluster.setPodReady({ namespace: 'shop', name: metadata.name, ready: false });
  };
  if (stable === 'unready') fail('good:1');
  if (stable === 'gone') workload.cluster.removeByHand(workload.ref('Deployment'));
  if (stable === 'none')
    workload.cluster.scaleByHand({ manager: 'kubectl', ref: workload.ref('Deployment'), replicas: 0 });
  if (canary === 'unready') fail('good:2');
  if (manifests === 'deleted') workload.cluster.removeByHand(workload.ref('ConfigMap', `slipway-orders-${version}`));
  await workload.pass(2 * SECOND);
}
