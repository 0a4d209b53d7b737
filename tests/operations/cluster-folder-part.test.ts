import { aDeploymentObject, aService } from '../domain/a-workload.ts';
import { aLiveWorkload, aWorkload } from './a-workload.ts';

/** The shop in one folder: two services, each of which Slipway deploys by itself. */
const basketLabels = { app: 'basket' };
const shop = [
  aDeploymentObject({
    containers: [
      { name: 'server', image: 'orders:latest' },
      { name: 'proxy', image: 'envoy:1' },
    ],
  }),
  aService(),
  aDeploymentObject({ name: 'basket', labels: basketLabels }),
  aService('basket', basketLabels),
];
const manifests = { folder: 'shop', container: 'server' };
const scene = { manifests, folders: { shop } };

test('one Deployment of several in a folder is deployed, and what belongs to the others is left alone', async () => {
  const workload = await aLiveWorkload(scene);
  expect(workload.pods()).toEqual({ 'good:1': 3 });
  expect(workload.find('Service')).toBeDefined();
  expect(workload.find('Deployment', 'basket')).toBeUndefined();
  expect(workload.find('Service', 'basket')).toBeUndefined();

  const { notes } = await workload.rollout('good:2', { fence: 2 }).plan();
  expect(notes).toContain(
    'The folder also has what belongs to other workloads, and it is left alone: Deployment basket, Service basket.',
  );
});

test('a change of another workload’s part of the folder is no new version of this one', async () => {
  const workload = await aLiveWorkload(scene);
  const changed = shop.map((object) => ({ ...object, metadata: { ...object.metadata, annotations: { rev: '2' } } }));
  workload.cluster.putFolder('shop', [...shop.slice(0, 2), ...changed.slice(2)]);
  await expect(workload.rollout('good:1', { fence: 2 }).plan()).rejects.toThrow(/holds all the traffic already/);
});

test('the image goes into the container that the target names, and the others keep theirs', async () => {
  const workload = await aLiveWorkload(scene);
  expect(workload.cluster.pods('shop')[0]?.spec.containers.map(({ name, image }) => [name, image])).toEqual([
    ['server', 'good:1'],
    ['proxy', 'envoy:1'],
  ]);
});

test('a container that the target does not name is refused with the field that names it', async () => {
  const workload = aWorkload({ manifests: { folder: 'shop' }, folders: { shop } });
  await expect(workload.rollout('good:1', { fence: 1 }).plan()).rejects.toMatchObject({
    name: 'InvalidRequest',
    message: expect.stringMatching(/has the containers server, proxy.*manifests.container of the target/),
  });
});
