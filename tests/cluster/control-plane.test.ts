import { aDeployment, type Deployment, GOOD_IMAGE, labelOf, type Pod } from './a-deployment.ts';
import { aNamespace, type Namespace } from './a-namespace.ts';
import { eventually } from './eventually.ts';
import { kubectlAs } from './kubectl.ts';
import { READY_AFTER_ANNOTATION, READY_ANNOTATION } from './pod-stages.ts';

let namespace: Namespace;
beforeAll(async () => {
  namespace = await aNamespace();
});
afterAll(() => namespace.remove());

const podsOf = (name: string) => namespace.list<Pod>('pods', labelOf(name));
const firstContainer = ({ status }: Pod) => status.containerStatuses?.[0];
const conditionOf = ({ status }: Deployment | Pod, type: string) => status.conditions?.find((one) => one.type === type);

/** These tests need fake nodes: the images do not exist, and the room of the nodes is known. */
const onFakeNodes = process.env.KUBECONFIG ? test.skip : test;

async function untilReady(name: string, replicas: number): Promise<void> {
  await eventually(async () => {
    const { metadata, status } = await namespace.read<Deployment>('deployment', name);
    const { generation: observedGeneration } = metadata;
    expect(status).toMatchObject({ observedGeneration, replicas, updatedReplicas: replicas, readyReplicas: replicas });
  });
}

test('three pods become ready, on several nodes and each with an address', async () => {
  await namespace.apply(aDeployment({ name: 'three', replicas: 3 }));
  await untilReady('three', 3);

  const pods = await podsOf('three');
  expect(new Set(pods.map(({ spec }) => spec.nodeName)).size).toBeGreaterThan(1);
  expect(new Set(pods.map(({ status }) => status.podIP)).size).toBe(3);
});

test('a rolling update replaces the old pods by new ones', async () => {
  await namespace.apply(aDeployment({ name: 'rolling', replicas: 2 }));
  await untilReady('rolling', 2);
  const before = (await podsOf('rolling')).map(({ metadata }) => metadata.name);

  await namespace.apply(aDeployment({ name: 'rolling', replicas: 2, image: 'nginx:1.29' }));
  await untilReady('rolling', 2);

  await eventually(async () => {
    const after = await podsOf('rolling');
    expect(after.map(({ spec }) => spec.containers[0]?.image)).toEqual(['nginx:1.29', 'nginx:1.29']);
    expect(after.filter(({ metadata }) => before.includes(metadata.name))).toEqual([]);
  });
});

test('a service knows the addresses of its pods', async () => {
  const selector = { 'app.kubernetes.io/name': 'served' };
  await namespace.apply(aDeployment({ name: 'served', replicas: 2 }), {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'served' },
    spec: { selector, ports: [{ port: 80, targetPort: 8080 }] },
  });
  await untilReady('served', 2);

  const addresses = (await podsOf('served')).map(({ status }) => status.podIP);
  await eventually(async () => {
    const [slice] = await namespace.list<{
      endpoints: { addresses: string[]; conditions: { ready: boolean } }[];
    }>('endpointslices', 'kubernetes.io/service-name=served');
    const served = slice?.endpoints.filter(({ conditions }) => conditions.ready).flatMap((one) => one.addresses);
    expect(served?.sort()).toEqual(addresses.sort());
  });
});

test('the removal of a deployment removes its pods', async () => {
  await namespace.apply(aDeployment({ name: 'short', replicas: 2 }));
  await untilReady('short', 2);
  await namespace.kubectl(['delete', 'deployment', 'short']);
  await eventually(async () => expect(await podsOf('short')).toEqual([]));
});

onFakeNodes('an image that is missing is not pulled', async () => {
  await namespace.apply(aDeployment({ name: 'absent', image: 'shop/missing:1' }));
  await eventually(async () => {
    const [pod] = await podsOf('absent');
    expect(pod?.status).toMatchObject({
      phase: 'Pending',
      containerStatuses: [{ ready: false, state: { waiting: { reason: 'ImagePullBackOff' } } }],
    });
  });
});

onFakeNodes('what crashes is started again and again', async () => {
  await namespace.apply(aDeployment({ name: 'crashes', image: 'shop/crashing:1' }));
  await eventually(async () => {
    const [pod] = await podsOf('crashes');
    expect(pod && firstContainer(pod)).toMatchObject({
      ready: false,
      restartCount: 2,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 1 } },
    });
  });
});

onFakeNodes('what never gets ready runs on, and its deployment says that it does not progress', async () => {
  await namespace.apply(aDeployment({ name: 'stuck', image: 'shop/unready:1', deadlineSeconds: 3 }));
  await eventually(async () => {
    const deployment = await namespace.read<Deployment>('deployment', 'stuck');
    expect(conditionOf(deployment, 'Progressing')).toMatchObject({
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
    });
  });
  const [pod] = await podsOf('stuck');
  expect(pod?.status).toMatchObject({ phase: 'Running', containerStatuses: [{ ready: false }] });
});

onFakeNodes('a pod can lose its readiness and get it back', async () => {
  await namespace.apply(aDeployment({ name: 'moody' }));
  await untilReady('moody', 1);
  const [pod] = await podsOf('moody');

  await namespace.kubectl(['annotate', 'pod', pod?.metadata.name ?? '', `${READY_ANNOTATION}=false`]);
  await eventually(async () => {
    expect((await namespace.read<Deployment>('deployment', 'moody')).status.readyReplicas).toBeUndefined();
  });

  await namespace.kubectl(['annotate', 'pod', pod?.metadata.name ?? '', `${READY_ANNOTATION}-`]);
  await untilReady('moody', 1);
});

onFakeNodes('a pod can take its time', async () => {
  const startedAt = performance.now();
  await namespace.apply(aDeployment({ name: 'slow', annotations: { [READY_AFTER_ANNOTATION]: '4s' } }));
  await untilReady('slow', 1);
  expect(performance.now() - startedAt).toBeGreaterThan(3_500);
});

onFakeNodes('one pod more than the nodes have room for is not scheduled', async () => {
  await namespace.apply(aDeployment({ name: 'large', replicas: 4, cpu: '20' }));
  await eventually(async () => {
    const pods = await podsOf('large');
    const placed = pods.filter((pod) => conditionOf(pod, 'Ready')?.status === 'True');
    const left = pods.filter((pod) => conditionOf(pod, 'PodScheduled')?.reason === 'Unschedulable');
    expect({ placed: placed.length, left: left.length }).toEqual({ placed: 3, left: 1 });
    expect(left[0]?.status.phase).toBe('Pending');
  });
  await namespace.kubectl(['delete', 'deployment', 'large']);
});

test('a quota that is too small keeps pods from being created, and the deployment says so', async () => {
  const narrow = await aNamespace();
  try {
    await narrow.apply({
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'narrow' },
      spec: { hard: { pods: '1', 'requests.cpu': '1' } },
    });
    await eventually(async () => {
      expect(await narrow.read('resourcequota', 'narrow')).toMatchObject({ status: { hard: { pods: '1' } } });
    });
    await narrow.apply(aDeployment({ name: 'wide', replicas: 2 }));
    await eventually(async () => {
      const deployment = await narrow.read<Deployment>('deployment', 'wide');
      expect(conditionOf(deployment, 'ReplicaFailure')).toMatchObject({
        status: 'True',
        reason: 'FailedCreate',
        message: expect.stringContaining('exceeded quota: narrow'),
      });
    });
    expect(await narrow.list('pods')).toHaveLength(1);
  } finally {
    await narrow.remove();
  }
});

test('a namespace that asks for restricted pods admits no other pods', async () => {
  const strict = await aNamespace({ 'pod-security.kubernetes.io/enforce': 'restricted' });
  try {
    await expect(strict.kubectl(['run', 'bare', `--image=${GOOD_IMAGE}`])).rejects.toThrow(/violates PodSecurity/);
  } finally {
    await strict.remove();
  }
});

test('an account may do what its rules say, and nothing else', async () => {
  const kubeconfig = await namespace.kubeconfigFor('reader', [
    { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list'] },
  ]);
  const reader = kubectlAs({ kubeconfig, program: namespace.program });

  expect(JSON.parse(await reader(['get', 'deployments', '-o', 'json']))).toMatchObject({ kind: 'List' });
  await expect(reader(['get', 'pods'])).rejects.toThrow(/Forbidden.*"system:serviceaccount:.*:reader" cannot list/);
  await expect(reader(['delete', 'deployment', 'any'])).rejects.toThrow(/Forbidden/);
  await expect(reader(['get', 'deployments', '-n', 'default'])).rejects.toThrow(/Forbidden/);
});

test('an apply of a field that another manager owns is a conflict', async () => {
  await namespace.apply(aDeployment({ name: 'owned', replicas: 1 }));
  const other = JSON.stringify(aDeployment({ name: 'owned', replicas: 2 }));
  await expect(
    namespace.kubectl(['apply', '--server-side', '--field-manager=other', '-v=6', '-f', '-'], other),
  ).rejects.toThrow(/409 Conflict[\s\S]*conflict with "slipway-test": \.spec\.replicas/);
});

test('routes of the Gateway API are stored, and invalid routes are refused', async () => {
  const route = (weight: number) => ({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'shop' },
    spec: {
      parentRefs: [{ name: 'entry' }],
      rules: [
        {
          backendRefs: [
            { name: 'stable', port: 80, weight: 100 - weight },
            { name: 'canary', port: 80, weight },
          ],
        },
      ],
    },
  });
  await namespace.apply(route(10));
  expect(await namespace.read('httproute', 'shop')).toMatchObject({
    spec: { rules: [{ backendRefs: [{ weight: 90 }, { weight: 10 }] }] },
  });
  await expect(namespace.apply(route(-1))).rejects.toThrow(/weight.* should be greater than or equal to 0/);
});
