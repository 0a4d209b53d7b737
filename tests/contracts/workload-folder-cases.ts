/** Cases for a folder that several services share, and for containers of which only one runs the workload. */
import { listOf, specOf } from '../../src/domain/workload/workload-objects.ts';
import { aDeployment, aService, aWorkloadCase, LIMIT_MS, ONE, REPLICAS, TWO } from './a-workload-case.ts';
import type { ClusterStage } from './cluster-stage.ts';

const resources = { requests: { cpu: '50m', memory: '32Mi' } };
const PROXY = 'envoy/proxy:1';
const containers = [
  { name: 'server', image: 'orders:latest', resources },
  { name: 'proxy', image: PROXY, resources },
];
const labels = { app: 'orders' };
const basketLabels = { app: 'basket' };

/** The workloads orders and basket, each of which Slipway deploys by itself. */
const shop = (basketImage = 'basket:1') => [
  aDeployment({ name: 'orders', labels, image: '', containers }),
  aService(labels),
  aDeployment({ name: 'basket', labels: basketLabels, image: basketImage }),
  aService(basketLabels, 'basket'),
];
const NAMED = { objects: shop(), container: 'server' };

export function workloadFolderCases(current: () => ClusterStage): void {
  const cases = () => aWorkloadCase(current());

  test(
    'one Deployment of several in a folder is deployed, and the objects of the others stay unchanged',
    async () => {
      const { rollout, find, pods } = await cases().live(REPLICAS, NAMED);
      expect(await pods(ONE)).toHaveLength(3);
      expect(await find('Service', 'orders')).not.toBeNull();
      expect([await find('Deployment', 'basket'), await find('Service', 'basket')]).toEqual([null, null]);

      const second = await rollout(TWO);
      const { notes } = await second.plan();
      expect(notes).toContain(
        'The folder also has what belongs to other workloads, and it is left alone: Deployment basket, Service basket.',
      );
      await second.promote();
      expect(await pods(TWO)).toHaveLength(3);
      expect([await find('Deployment', 'basket'), await find('Service', 'basket')]).toEqual([null, null]);
    },
    LIMIT_MS,
  );

  test(
    'the image goes into the named container, and the others keep theirs, in the canary and in stable',
    async () => {
      const { rollout, podsOf } = await cases().live(REPLICAS, NAMED);
      const second = await rollout(TWO);
      await second.plan();
      await second.weigh(25);
      const imagesOf = async (deployment: 'orders' | 'orders-canary') =>
        (await podsOf(deployment)).map((pod) => listOf(specOf(pod).containers).map(({ image }) => image));
      expect(await imagesOf('orders')).toEqual([1, 2, 3].map(() => [ONE, PROXY]));
      expect(await imagesOf('orders-canary')).toEqual([[TWO, PROXY]]);
    },
    LIMIT_MS,
  );

  test(
    'a change of another workload’s part of the folder is no new version of this workload',
    async () => {
      const { rollout, changeFolder } = await cases().live(REPLICAS, NAMED);
      await changeFolder(shop('basket:2'));
      await expect((await rollout(ONE)).plan()).rejects.toThrow(/holds all the traffic already/);
    },
    LIMIT_MS,
  );

  test.each([
    [
      'that the target does not name',
      undefined,
      /has the containers server, proxy.*manifests\.container of the target/,
    ],
    ['that is not there', 'web', /has no container web, .*server, proxy\. Correct manifests\.container of the target/],
  ])('a container %s is refused with the field that names it, and nothing changes', async (_, container, says) => {
    const { rollout, find } = await cases().ready(REPLICAS, { objects: shop(), ...(container && { container }) });
    await expect((await rollout(ONE)).plan()).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: expect.stringMatching(says),
    });
    expect([await find('Deployment', 'orders'), await find('ConfigMap', 'slipway-orders')]).toEqual([null, null]);
  });

  test('a folder with several Deployments and none of the workload is refused with their names', async () => {
    const others = ['basket', 'web'].map((name) => aDeployment({ name, labels: { app: name }, image: ONE }));
    const { rollout } = await cases().ready(REPLICAS, { objects: [aService(labels), ...others] });
    await expect((await rollout(ONE)).plan()).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: expect.stringMatching(/has the Deployments basket, web, and none is named orders\. Write one of these/),
    });
  });
}
