/**
 * Rollouts on a real control plane, through a whole Slipway: how long they take beyond their own waits, and how many
 * requests they make.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Route } from '../src/domain/service/service-spec.ts';
import { aNamespace, type Namespace } from '../tests/cluster/a-namespace.ts';
import { aSlipway, kubeconfigOfSlipway, type Slipway, type SlipwayOrder } from '../tests/cluster/a-slipway.ts';
import { startControlPlane } from '../tests/cluster/control-plane.ts';
import { openGateway } from '../tests/cluster/kubectl-gateway.ts';
import { accessIn, kubeconfigWith } from '../tests/cluster/kubectl-settings.ts';
import { alarmToNoCall } from './cluster-alarm.ts';
import type { Row } from './row.ts';

const ONE = 'nginx:1.28';
const TWO = 'nginx:1.29';
const REPLICAS = 10;
const BAKE_SECONDS = 15;
const FLEET = 50;
const FLEET_REPLICAS = 3;
const WATCHED_FOR_MS = 60_000;
const LOOK_EVERY_MS = 50;
/** Many deployments are polled in turn, and the polling must not affect what is measured. */
const FLEET_LOOK_EVERY_MS = 1_000;
const GIVE_UP_MS = 600_000;

/** A build that waits for no machine; the other setting waits as long as in AWS. */
const AT_ONCE = { ec2: 0, lambda: 0 };
const MODELLED = { ec2: 20_000, lambda: 2_500 };

const bake = { bake: { seconds: BAKE_SECONDS } };
const ROUTES: readonly Route[] = [
  { kind: 'replicas' },
  { kind: 'blueGreen' },
  { kind: 'httpRoute', name: 'orders' },
  { kind: 'albIngress', name: 'orders' },
];
const STEPS = [{ setWeight: 20 }, bake, { setWeight: 50 }, bake];
const FIRST_STEP = [{ setWeight: 20 }, { bake: { minutes: 30 } }];

export async function benchCluster(): Promise<Row[]> {
  const own = process.env.KUBECONFIG === undefined ? await startControlPlane() : null;
  process.env.SLIPWAY_TEST_KUBECONFIG = own?.kubeconfig ?? process.env.KUBECONFIG;
  process.env.SLIPWAY_TEST_KUBECTL = own?.kubectl ?? 'kubectl';
  try {
    const rows: Row[] = [];
    for (const route of ROUTES) rows.push(await alarmRow(route));
    rows.push(await healthyRow({ kind: 'replicas' }, AT_ONCE), await healthyRow({ kind: 'replicas' }, MODELLED));
    // The time with the other routes, for which there is no goal.
    for (const route of ROUTES.slice(1, 3)) rows.push(await healthyRow(route, AT_ONCE));
    return [...rows, await fleetRow(), await waitingRow()];
  } finally {
    await own?.stop();
  }
}

async function alarmRow(route: Route): Promise<Row> {
  const ms = await inSlipway({ provisionMs: AT_ONCE }, async (slipway, namespace) => {
    await namespace.apply(routeTo('orders', route.kind));
    const target = { route, manifests: manifestsOf(REPLICAS), readyWithin: { minutes: 5 } };
    const strategy = [{ setWeight: route.kind === 'blueGreen' ? 100 : 20 }, { bake: { minutes: 30 } }];
    await slipway.register({ name: 'orders', strategy, target });
    await ended(slipway, { id: await slipway.deploy('orders', ONE) });
    const tried = async () => {
      const id = await slipway.deploy('orders', TWO);
      await baking(slipway, { id });
      return id;
    };
    const back = (id: string) => ended(slipway, { id, as: 'rolledBack' });
    return alarmToNoCall({ slipway, namespace, route, tried, ended: back });
  });
  return {
    what: `an alarm's event to no call on the canary by ${route.kind}, p50`,
    goal: '<= 0.5 s',
    measured: `${(ms / 1_000).toFixed(3)} s`,
    ok: ms <= 500,
  };
}

async function healthyRow(route: Route, provisionMs: typeof AT_ONCE): Promise<Row> {
  const isModelled = provisionMs === MODELLED;
  const goal = route.kind !== 'replicas' ? null : isModelled ? 15 : 4;
  const seconds = await inSlipway({ provisionMs }, async (slipway, namespace) => {
    await namespace.apply(routeTo('orders', route.kind));
    const target = { route, manifests: manifestsOf(REPLICAS), readyWithin: { minutes: 5 } };
    await slipway.register({ name: 'orders', strategy: STEPS, target });
    await ended(slipway, { id: await slipway.deploy('orders', ONE) });
    const startedAt = performance.now();
    await ended(slipway, { id: await slipway.deploy('orders', TWO) });
    return (performance.now() - startedAt) / 1_000 - 2 * BAKE_SECONDS;
  });
  return {
    what: `healthy rollout of ${REPLICAS} pods by ${route.kind}, beyond its bakes, ${isModelled ? 'modelled builds' : 'in process'}`,
    goal: goal === null ? '' : `<= ${goal} s`,
    measured: `${seconds.toFixed(1)} s`,
    ok: goal === null || seconds <= goal,
  };
}

async function fleetRow(): Promise<Row> {
  const names = Array.from({ length: FLEET }, (_, index) => `service-${index}`);
  const seconds = await inSlipway({ provisionMs: AT_ONCE }, async (slipway) => {
    const target = { manifests: manifestsOf(FLEET_REPLICAS), readyWithin: { minutes: 5 } };
    for (const name of names) await slipway.register({ name, strategy: FIRST_STEP, target });
    const first = await Promise.all(names.map((name) => slipway.deploy(name, ONE)));
    await Promise.all(first.map((id) => ended(slipway, { id, everyMs: FLEET_LOOK_EVERY_MS })));
    const startedAt = performance.now();
    const second = await Promise.all(names.map((name) => slipway.deploy(name, TWO)));
    await Promise.all(second.map((id) => baking(slipway, { id, everyMs: FLEET_LOOK_EVERY_MS })));
    return (performance.now() - startedAt) / 1_000;
  });
  return {
    what: `${FLEET} rollouts of ${FLEET_REPLICAS} pods to their first step, in process`,
    goal: '<= 20 s',
    measured: `${seconds.toFixed(1)} s`,
    ok: seconds <= 20,
  };
}

/**
 * Through a gateway that counts, and that functions cannot reach. The tests count the requests of the minute's look at
 * the pods.
 */
async function waitingRow(): Promise<Row> {
  const requests = await withNamespace(async (namespace) => {
    const kubeconfig = await kubeconfigOfSlipway(namespace);
    const gateway = await openGateway(accessIn(kubeconfig));
    const counted = kubeconfigWith(kubeconfig, { cluster: { server: gateway.url } });
    const slipway = await aSlipway({ namespace, kubeconfig: counted, provisionMs: AT_ONCE });
    try {
      const target = { manifests: manifestsOf(FLEET_REPLICAS), readyWithin: { minutes: 5 } };
      await slipway.register({ name: 'orders', strategy: FIRST_STEP, target });
      await ended(slipway, { id: await slipway.deploy('orders', ONE) });
      await baking(slipway, { id: await slipway.deploy('orders', TWO) });
      const before = gateway.requests();
      await sleep(WATCHED_FOR_MS);
      return gateway.requests() - before;
    } finally {
      await slipway.close();
      await gateway.close();
    }
  });
  return {
    what: 'requests of kubectl to the API server in a minute in which a rollout waits',
    goal: '= 0',
    measured: String(requests),
    ok: requests === 0,
  };
}

function inSlipway<T>(
  order: Pick<SlipwayOrder, 'provisionMs'>,
  measure: (slipway: Slipway, namespace: Namespace) => Promise<T>,
): Promise<T> {
  return withNamespace(async (namespace) => {
    const slipway = await aSlipway({ namespace, ...order });
    try {
      return await measure(slipway, namespace);
    } finally {
      await slipway.close();
    }
  });
}

async function withNamespace<T>(measure: (namespace: Namespace) => Promise<T>): Promise<T> {
  const namespace = await aNamespace();
  try {
    return await measure(namespace);
  } finally {
    await namespace.remove();
  }
}

const manifestsOf = (replicas: number) => ({ port: 8080, replicas, environment: {}, secrets: [] });

/** Like an object that a team makes. It is also made for a route that needs no such object and ignores it. */
function routeTo(name: string, kind: Route['kind']): object {
  if (kind === 'albIngress') {
    const targetGroups = [{ serviceName: name, servicePort: 80, weight: 100 }];
    const action = JSON.stringify({ type: 'forward', forwardConfig: { targetGroups } });
    const annotations = { [`alb.ingress.kubernetes.io/actions.${name}`]: action };
    const spec = { defaultBackend: { service: { name, port: { name: 'use-annotation' } } } };
    return { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name, annotations }, spec };
  }
  const rules = [{ backendRefs: [{ name, port: 80 }] }];
  return { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name }, spec: { rules } };
}

interface Looking {
  readonly id: string;
  readonly everyMs?: number | undefined;
}

/** Throws when the deployment ended otherwise. */
async function ended(
  slipway: Slipway,
  { id, everyMs, as = 'promoted' }: Looking & { readonly as?: Shown['status'] },
): Promise<void> {
  const shown = await until(slipway, { id, everyMs, is: ({ settledAt }) => settledAt !== null });
  if (shown.status !== as) throw new Error(`Deployment ${id} ended as ${shown.status}: ${shown.because}`);
}

async function baking(slipway: Slipway, { id, everyMs }: Looking): Promise<void> {
  const isBaking = ({ timeline }: Shown) => timeline.at(-1)?.kind === 'BakeStarted';
  const shown = await until(slipway, { id, everyMs, is: (seen) => seen.settledAt !== null || isBaking(seen) });
  if (shown.settledAt !== null) throw new Error(`Deployment ${id} ended before its bake: ${shown.because}`);
}

type Shown = Awaited<ReturnType<Slipway['show']>>;

async function until(
  slipway: Slipway,
  { id, everyMs = LOOK_EVERY_MS, is }: { id: string; everyMs: number | undefined; is: (shown: Shown) => boolean },
): Promise<Shown> {
  const giveUpAt = performance.now() + GIVE_UP_MS;
  for (;;) {
    const shown = await slipway.show(id);
    if (is(shown)) return shown;
    if (performance.now() > giveUpAt) throw new Error(`Deployment ${id} does not get on: it is ${shown.status}.`);
    await sleep(everyMs);
  }
}
