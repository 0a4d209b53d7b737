/**
 * Cases for two services in one folder, each deployed by itself. They are the same on the simulated cluster and on a
 * real control plane.
 */

import type { Route } from '../../src/domain/service/service-spec.ts';
import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import { listOf, specOf, templateOf } from '../../src/domain/workload/workload-objects.ts';
import { type Rollout, rolloutOf } from '../operations/a-workload-rollout.ts';
import type { ClusterStage } from './cluster-stage.ts';

const SERVICES = ['orders', 'billing'] as const;
type Service = (typeof SERVICES)[number];

/** Long enough for a case that takes a minute on a real control plane. */
const LIMIT_MS = 120_000;

export function folderForTwoCases(current: () => ClusterStage): void {
  const twoServices = (route: Route) => aFolderForTwo(current(), route);

  test(
    'an object that two services of one folder share stays for one when the other no longer has it',
    async () => {
      const shop = twoServices({ kind: 'replicas' });
      for (const service of ['orders', 'billing', 'orders'] as const) await shop.promoted(service, { value: 'a' });
      const named = await shop.named('billing');
      for (const value of ['b', 'c']) await shop.promoted('orders', { value, account: 'default' });
      expect(await shop.areThere(named)).toEqual([true, true]);
      for (const value of ['b', 'c', 'd']) await shop.promoted('billing', { value, account: 'default' });
      expect(await shop.areThere(named)).toEqual([false, false]);
    },
    LIMIT_MS,
  );

  test(
    'a route of one folder keeps the share of one service through the promotion of the other, also at once',
    async () => {
      const shop = twoServices({ kind: 'httpRoute', name: 'front' });
      for (const service of SERVICES) await shop.promoted(service, { value: 'a' });
      const billing = await shop.planned('billing', { value: 'b' });
      await billing.weigh(25);
      const orders = await shop.promoted('orders', { value: 'b' });
      expect(await shop.weights()).toEqual([100, 0, 75, 25]);
      await Promise.all([billing.weigh(50), orders.takeBack()]);
      expect(await shop.weights()).toEqual([100, 0, 50, 50]);
      await billing.takeBack();
      expect(await shop.weights()).toEqual([100, 0, 100, 0]);
    },
    LIMIT_MS,
  );
}

interface Folder {
  readonly value: string;
  readonly account?: string;
}

function aFolderForTwo(stage: ClusterStage, route: Route) {
  const { cluster, namespace } = stage;
  const fences = { orders: 0, billing: 0 };
  const find = (kind: string, name: string, apiVersion = 'v1') =>
    cluster.get({ apiVersion, kind, metadata: { name, namespace } });
  const planned = async (service: Service, folder: Folder): Promise<Rollout> => {
    fences[service] += 1;
    const target = {
      ...({ kind: 'kubernetes', cluster: 'tests', namespace, workload: service, route } as const),
      readyWithin: { seconds: 20 },
    };
    const rollout = rolloutOf(
      { target, run: stage.carryOut },
      {
        fence: fences[service],
        wanted: { image: `shop/good:${fences[service]}` },
        manifests: { folder: await stage.folder(objectsOf(folder)) },
      },
    );
    await rollout.plan();
    return rollout;
  };
  return {
    planned,
    async promoted(service: Service, folder: Folder) {
      const rollout = await planned(service, folder);
      await rollout.promote();
      return rollout;
    },
    /** The ConfigMap and the account that the pods of the service name. */
    async named(service: Service): Promise<readonly [string, string]> {
      const pod = templateOf((await find('Deployment', service, 'apps/v1')) ?? {});
      const [container] = listOf(specOf(pod).containers);
      const [from] = listOf(container?.envFrom) as readonly { readonly configMapRef: { readonly name: string } }[];
      return [from?.configMapRef.name ?? '', String(specOf(pod).serviceAccountName)];
    },
    areThere: async ([config, account]: readonly [string, string]) => [
      (await find('ConfigMap', config)) !== null,
      (await find('ServiceAccount', account)) !== null,
    ],
    async weights() {
      const found = await find('HTTPRoute', 'front', 'gateway.networking.k8s.io/v1');
      return listOf(specOf(found ?? {}).rules).flatMap((rule) => listOf(rule.backendRefs).map(({ weight }) => weight));
    },
  };
}

function objectsOf({ value, account = 'app' }: Folder): readonly ClusterObject[] {
  const rules = SERVICES.map((name) => ({
    matches: [{ path: { type: 'PathPrefix', value: `/${name}` } }],
    backendRefs: [{ name, port: 80 }],
  }));
  return [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { value } },
    ...(account === 'app' ? [{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'app' } }] : []),
    { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name: 'front' }, spec: { rules } },
    ...SERVICES.flatMap((name) => [aService(name), aDeployment(name, account)]),
  ];
}

function aService(name: Service): ClusterObject {
  const spec = { selector: { app: name }, ports: [{ port: 80, protocol: 'TCP', targetPort: 8080 }] };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec };
}

function aDeployment(name: Service, serviceAccountName: string): ClusterObject {
  const labels = { app: name };
  const container = {
    ...{ name: 'app', image: 'shop/good:0', envFrom: [{ configMapRef: { name: 'settings' } }] },
    resources: { requests: { cpu: '50m', memory: '32Mi' } },
  };
  const template = { metadata: { labels }, spec: { serviceAccountName, containers: [container] } };
  const spec = { replicas: 2, selector: { matchLabels: labels }, template };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, labels }, spec };
}
