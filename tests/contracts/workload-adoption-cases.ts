/**
 * Cases for a Deployment of another tool that becomes version 0. They are the same on the simulated cluster and on a
 * real control plane.
 */

import type { Route } from '../../src/domain/service/service-spec.ts';
import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import { isReady } from '../../src/domain/workload/workload-health.ts';
import { fieldsOf, listOf, specOf, templateOf } from '../../src/domain/workload/workload-objects.ts';
import {
  ALB_INGRESS,
  aDeployment,
  aService,
  aWorkloadCase,
  BLUE_GREEN,
  HTTP_ROUTE,
  LIMIT_MS,
  ONE,
  REPLICAS,
  ROLLING,
  THREE,
  TWO,
} from './a-workload-case.ts';
import type { ClusterStage } from './cluster-stage.ts';

const LABELS = { app: 'orders', team: 'shop' };

export function workloadAdoptionCases(current: () => ClusterStage): void {
  const cases = () => aWorkloadCase(current());

  /** A Service and a Deployment of three pods that a tool has created. */
  async function found(route: Route, { tool = 'helm', spec = {} }: FoundOrder = {}) {
    const made = await cases().ready(route);
    const { makeBy, settle } = current();
    await makeBy(tool, aService({ app: 'orders' }));
    await makeBy(tool, byTool(spec));
    const wanted = Number(spec.replicas ?? 3);
    await settle(async () => (await made.pods(ONE)).filter(isReady).length === wanted, 'the found pods are ready');
    const names = async () => (await made.pods(ONE)).map(({ metadata }) => metadata.name).sort();
    const before = await names();
    const live = async () => (await made.find('Deployment', 'orders')) ?? { spec: {} };
    return { ...made, before, names, live };
  }

  test.each([ROLLING, REPLICAS, BLUE_GREEN, HTTP_ROUTE, ALB_INGRESS])(
    'a Deployment of another tool becomes version 0 with its pods, and every call is answered, on %j',
    async (route) => {
      const { rollout, calls, watchCalls, before, names, live } = await found(route);
      const first = await rollout(TWO);
      const seen = await watchCalls();

      await first.plan();
      expect(first.versions().stable).toMatch(/^v0-/);
      expect(await names()).toEqual(before);
      expect(await calls()).toEqual({ [ONE]: 100 });

      if (route.kind !== 'rolling') await first.weigh(25);
      if (route.kind !== 'rolling' && route.kind !== 'blueGreen')
        expect(await calls()).toEqual({ [ONE]: 75, [TWO]: 25 });
      await first.takeBack();
      expect(await calls()).toEqual({ [ONE]: 100 });
      expect(await names()).toEqual(before);
      expect(imagesIn(await live())).toEqual([ONE]);
      expect((await seen()).filter((state) => 'nobody' in state)).toEqual([]);
    },
    LIMIT_MS,
  );

  test.each([ROLLING, REPLICAS, BLUE_GREEN, HTTP_ROUTE, ALB_INGRESS])(
    'a good version replaces version 0, leaves nothing of the other tool, and can be rolled back to it, on %j',
    async (route) => {
      const { rollout, calls, watchCalls, live } = await found(route);
      const seen = await watchCalls();
      const first = await rollout(TWO);
      await first.plan();
      if (route.kind !== 'rolling') await first.weigh(50);
      await first.promote();
      expect(await calls()).toEqual({ [TWO]: 100 });
      expect(variablesIn(await live())).toEqual([]);

      await first.takeBack();
      expect(await calls()).toEqual({ [ONE]: 100 });
      expect(variablesIn(await live())).toEqual(['LEGACY']);
      expect((await seen()).filter((state) => 'nobody' in state)).toEqual([]);

      const second = await rollout(THREE);
      await second.plan();
      await second.promote();
      expect(await calls()).toEqual({ [THREE]: 100 });
    },
    LIMIT_MS,
  );

  test(
    'a Deployment that an operator owns is refused, and stays as it is',
    async () => {
      const { rollout, apply, find, live } = await found(REPLICAS);
      await apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'operator' } });
      const uid = (await find('ConfigMap', 'operator'))?.metadata.uid;
      const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'operator', uid, controller: true };
      const { apiVersion, kind, metadata } = (await live()) as ClusterObject;
      await current().changeByHand({ apiVersion, kind, metadata }, { metadata: { ownerReferences: [owner] } });
      await expect((await rollout(TWO)).plan()).rejects.toMatchObject({
        name: 'InvalidRequest',
        message: expect.stringContaining('belongs to ConfigMap operator'),
      });
      expect(((await live()) as ClusterObject).metadata.labels).toEqual(LABELS);
    },
    LIMIT_MS,
  );

  test(
    'a StatefulSet of the same name is refused, because its pods would stay beside the new ones',
    async () => {
      const { rollout } = await cases().ready(REPLICAS);
      const { metadata, spec } = aDeployment({ name: 'orders', labels: LABELS, image: ONE });
      const { selector, template } = fieldsOf(spec);
      const own = { replicas: 0, serviceName: 'orders', selector, template };
      await current().makeBy('helm', { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata, spec: own });
      await expect((await rollout(TWO)).plan()).rejects.toThrow(
        /StatefulSet \S+ is there, and Slipway deploys a Deploym/,
      );
    },
    LIMIT_MS,
  );

  test(
    'the number of pods stays with the autoscaler that has set it',
    async () => {
      const { rollout, find, live, cluster } = { ...(await found(HTTP_ROUTE)), cluster: current().cluster };
      const scaler = { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'orders' } };
      const metadata = { name: 'orders' };
      const own = { ...scaler, minReplicas: 4, maxReplicas: 9 };
      await current().makeBy('helm', {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata,
        spec: own,
      });
      await cluster.scale((await live()) as ClusterObject, 5);
      const first = await rollout(TWO);
      await first.plan();
      await first.weigh(25);
      expect(specOf(await live()).replicas).toBe(5);
      await first.promote();
      expect(specOf(await live()).replicas).toBe(5);
      await first.takeBack();
      expect(specOf(await live()).replicas).toBe(5);
      expect(await find('Deployment', 'orders-canary')).toBeNull();
    },
    LIMIT_MS,
  );

  test(
    'a field that kubectl apply without --server-side has set is no conflict, and a later change by hand is one',
    async () => {
      const { rollout, live } = await found(REPLICAS, { tool: 'kubectl-client-side-apply' });
      const first = await rollout(TWO);
      await first.plan();
      await first.promote();
      const { apiVersion, kind, metadata } = (await live()) as ClusterObject;
      const containers = [{ name: 'app', image: 'shop/good:9' }];
      await current().changeByHand({ apiVersion, kind, metadata }, { spec: { template: { spec: { containers } } } });
      await expect((await rollout(THREE)).plan()).rejects.toThrow(/"somebody".*image/);
    },
    LIMIT_MS,
  );
}

interface FoundOrder {
  readonly tool?: string;
  readonly spec?: Readonly<Record<string, unknown>>;
}

function byTool(spec: Readonly<Record<string, unknown>>): ClusterObject {
  const env = [{ name: 'LEGACY', value: 'yes' }];
  const resources = { requests: { cpu: '50m', memory: '32Mi' } };
  const deployment = aDeployment({ name: 'orders', labels: LABELS, image: ONE, spec });
  const template = {
    metadata: { labels: LABELS },
    spec: { containers: [{ name: 'app', image: ONE, env, resources }] },
  };
  return { ...deployment, spec: { ...specOf(deployment), template } };
}

const containersIn = (deployment: object) => listOf(specOf(templateOf(fieldsOf(deployment))).containers);

const imagesIn = (deployment: object) => containersIn(deployment).map(({ image }) => image);

const variablesIn = (deployment: object) =>
  containersIn(deployment).flatMap(({ env }) => listOf(env).map(({ name }) => name));
