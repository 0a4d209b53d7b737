import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import type { ImageBehaviour } from '../../src/twin/cluster/workloads/image-behaviour.ts';
import { config, deployment, images, namespace, scene, service } from '../contracts/cluster-scene.ts';

const requesting = (cpu: string, memory = '64Mi') => ({ container: { resources: { requests: { cpu, memory } } } });

describe('room for pods on the nodes', () => {
  const node = { name: 'small', cpu: '1', memory: '1Gi', pods: 5 };

  test('a pod for which no node has room is Unschedulable, and says why', async () => {
    const { cluster, deployed } = scene({ nodes: [node] });
    await deployed({ replicas: 3, ...requesting('400m') });
    const waiting = cluster.pods(namespace).filter(({ spec }) => spec.nodeName === undefined);
    expect(waiting).toHaveLength(1);
    expect(waiting[0]?.status).toMatchObject({
      phase: 'Pending',
      conditions: [
        {
          type: 'PodScheduled',
          status: 'False',
          reason: 'Unschedulable',
          message: '0/1 nodes are available: 1 Insufficient cpu.',
        },
      ],
    });
    expect(waiting[0]?.status.containerStatuses).toBeUndefined();
  });

  test('an Unschedulable pod gets a node as soon as one has room', async () => {
    const { cluster, deployed, pass } = scene({ nodes: [node] });
    await deployed({ replicas: 3, ...requesting('400m') });
    cluster.addNode({ ...node, name: 'another' });
    await pass(10_000);
    expect(cluster.pods(namespace).filter(({ spec }) => spec.nodeName === 'another')).toHaveLength(1);
    expect(await cluster.port.get(deployment())).toMatchObject({ status: { availableReplicas: 3 } });
  });

  test('memory and the number of pods limit a node too', async () => {
    const { cluster, deployed } = scene({ nodes: [node, { ...node, name: 'tiny', pods: 0 }] });
    await deployed({ replicas: 3, ...requesting('10m', '400Mi') });
    const waiting = cluster.pods(namespace).find(({ spec }) => spec.nodeName === undefined);
    const message = '0/2 nodes are available: 1 Insufficient memory, 1 Too many pods.';
    expect(waiting?.status.conditions).toMatchObject([{ message }]);
  });

  test('pods with anti-affinity are placed apart, and preferences are followed', async () => {
    const term = { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'orders' } } };
    const labels = { app: 'orders' };
    const spread = (affinity: object) => ({
      template: {
        metadata: { labels },
        spec: { affinity: { podAntiAffinity: affinity }, containers: [{ name: 'app', image: images.good }] },
      },
    });
    const strict = scene();
    const required = { requiredDuringSchedulingIgnoredDuringExecution: [term] };
    await strict.deployed({ replicas: 4, spec: spread(required) });
    const nodes = (cluster: typeof strict.cluster) => cluster.pods(namespace).map(({ spec }) => spec.nodeName);
    expect(nodes(strict.cluster).sort()).toEqual(['node-a', 'node-b', 'node-c', undefined]);
    const lenient = scene();
    const preferred = { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: term }] };
    await lenient.deployed({ replicas: 3, spec: spread(preferred) });
    expect(nodes(lenient.cluster).sort()).toEqual(['node-a', 'node-b', 'node-c']);
  });
});

describe('needs of a pod in addition to its image', () => {
  const withConfig = { container: { envFrom: [{ configMapRef: { name: 'settings' } }] } };

  test('a container whose ConfigMap is missing is not created until the ConfigMap exists', async () => {
    const { cluster, apply, deployed, pass } = scene();
    await deployed({ replicas: 1, ...withConfig });
    expect(cluster.pods(namespace)[0]?.status.containerStatuses).toMatchObject([
      { state: { waiting: { reason: 'CreateContainerConfigError', message: 'configmap "settings" not found' } } },
    ]);
    await apply(config({ MODE: 'first' }));
    await pass(30_000);
    expect(cluster.pods(namespace)).toMatchObject([{ status: { phase: 'Running' } }]);
  });

  test('without its service account a Deployment has no pods, and says so', async () => {
    const { cluster, apply, pass } = scene();
    const spec = { serviceAccountName: 'orders', containers: [{ name: 'app', image: images.good }] };
    await apply(deployment({ spec: { template: { metadata: { labels: { app: 'orders' } }, spec } } }));
    await pass(3_000);
    const found = await cluster.port.get(deployment());
    const message = expect.stringContaining('serviceaccount "orders" not found');
    expect(found?.status).toMatchObject({ conditions: expect.arrayContaining([expect.objectContaining({ message })]) });
    await apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'orders', namespace } });
    await pass(30_000);
    expect(cluster.pods(namespace)).toHaveLength(3);
  });

  test('an image that can be pulled again starts its pod', async () => {
    let outcome: ImageBehaviour['outcome'] = 'cannotBePulled';
    const { cluster, deployed, pass } = scene({ images: () => ({ readyAfterMs: 2_000, outcome }) });
    await deployed({ replicas: 1 });
    outcome = 'ready';
    await pass(300_000);
    expect(cluster.pods(namespace)).toMatchObject([{ status: { phase: 'Running' } }]);
  });
});

describe('the pods that get calls', () => {
  test('calls go to ready pods that the Service selects, and never to a pod that is told to end', async () => {
    const { cluster, apply, deployed } = scene();
    await apply(service('orders', { app: 'orders' }));
    await deployed({ replicas: 2 });
    const names = () => cluster.endpoints(namespace, { service: 'orders' }).map(({ pod }) => pod);
    const before = names();
    expect(before).toHaveLength(2);
    const [pod] = cluster.pods(namespace, { app: 'orders' });
    await cluster.port.remove([pod as ClusterObject]);
    expect(cluster.find(pod as ClusterObject)?.metadata.deletionTimestamp).toMatch(/^2030-/);
    expect(names()).toEqual(before.filter((name) => name !== pod?.metadata.name));
  });

  test('calls reach no pod while no pod is ready, or without a Service', async () => {
    const { cluster, apply } = scene();
    await apply(service('orders', { app: 'orders' }), deployment());
    expect(cluster.endpoints(namespace, { service: 'orders' })).toEqual([]);
    expect(cluster.endpoints(namespace, { service: 'other' })).toEqual([]);
  });

  test('after a Service is switched to other labels, calls go to the pods with those labels at once', async () => {
    const { cluster, apply, deployed } = scene();
    const track = (name: string) => ({
      name: `orders-${name}`,
      replicas: 1,
      labels: { app: `orders-${name}`, track: name },
    });
    await deployed(track('blue'));
    await deployed(track('green'));
    await apply(service('orders', { track: 'blue' }));
    const tracks = () => cluster.endpoints(namespace, { service: 'orders' }).map(({ labels }) => labels.track);
    expect(tracks()).toEqual(['blue']);
    await apply(service('orders', { track: 'green' }));
    expect(tracks()).toEqual(['green']);
  });

  test('a watcher is told of pods, Services and ConfigMaps at the moment of the change', async () => {
    const { cluster, apply, pass } = scene();
    const heard: string[] = [];
    cluster.onChange(({ kind, name }) => heard.push(`${kind} ${name}`));
    await apply(service('orders', { app: 'orders' }), config({ a: '1' }), config({ a: '1' }), deployment());
    expect(heard).toEqual(['Service orders', 'ConfigMap settings']);
    await pass(30_000);
    expect(heard.filter((change) => change.startsWith('Pod orders-')).length).toBeGreaterThan(6);
    expect(heard.filter((change) => !change.startsWith('Pod '))).toHaveLength(2);
  });
});
