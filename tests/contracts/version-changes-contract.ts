/**
 * The contract of changes between versions: every change of a version's own fields can be deployed, rolled back, and
 * deployed again, on the simulated and on a real cluster.
 */
import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import { fieldsOf, specOf, templateOf } from '../../src/domain/workload/workload-objects.ts';
import { aDeploymentObject, aService } from '../domain/a-workload.ts';
import { rolloutOf } from '../operations/a-workload-rollout.ts';
import type { OpenVersionStage, VersionStage } from './version-stage.ts';

const ACCOUNT: ClusterObject = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'reader' } };
const SETTINGS: ClusterObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'files' }, data: { a: '1' } };

interface Change {
  readonly deployment?: object;
  readonly pod?: object;
  readonly container?: object;
  readonly service?: object;
  readonly more?: readonly ClusterObject[];
}

function folder({ deployment, pod, container, service, more = [] }: Change): readonly ClusterObject[] {
  const plain = aDeploymentObject({ replicas: 2, containers: [{ name: 'app', image: 'shop/good:0', ...container }] });
  const front = aService();
  const template = templateOf(plain);
  return [
    { ...front, spec: { ...specOf(front), ...service } },
    {
      ...plain,
      spec: { ...specOf(plain), ...deployment, template: { ...template, spec: { ...specOf(template), ...pod } } },
    },
    ...more,
  ];
}

const probed = (handler: object): Change => ({ container: { readinessProbe: { ...handler, periodSeconds: 5 } } });
const mounted = (source: object, ...more: readonly ClusterObject[]): Change => ({
  pod: { volumes: [{ name: 'files', ...source }] },
  container: { volumeMounts: [{ name: 'files', mountPath: '/files' }] },
  more,
});
const fromEnvironment = (source: object): Change => ({ container: { env: [{ name: 'WHERE', ...source }] } });

const RECREATED: Change = { deployment: { strategy: { type: 'Recreate' } } };
const LIMITED: Change = { deployment: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } };
const WITH_ACCOUNT: Change = { pod: { serviceAccountName: 'reader' }, more: [ACCOUNT] };

/** Each pair is tried in both directions. */
const PAIRS: Readonly<Record<string, readonly [Change, Change]>> = {
  'all pods replaced at once, and a rolling update that is not said': [RECREATED, {}],
  'all pods replaced at once, and a rolling update with limits': [RECREATED, LIMITED],
  'an account of its own, and none': [WITH_ACCOUNT, {}],
  'calls of a client to one pod, and to any': [{ service: { sessionAffinity: 'ClientIP' } }, {}],
  'a node port, and an address in the cluster': [{ service: { type: 'NodePort' } }, {}],
  'a volume of files, and an empty one': [
    mounted({ configMap: { name: 'files', optional: true } }, SETTINGS),
    mounted({ emptyDir: {} }),
  ],
  'a variable that is said, and one of the pod': [
    fromEnvironment({ value: 'here' }),
    fromEnvironment({ valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }),
  ],
  'a probe by TCP, and one by a command': [
    probed({ tcpSocket: { port: 80 } }),
    probed({ exec: { command: ['true'] } }),
  ],
};
const DIRECTIONS = Object.entries(PAIRS).flatMap(([name, [one, other]]) => [
  [`from ${name}`, one, other] as const,
  [`back to ${name}`, other, one] as const,
]);

const LIMIT_MS = 120_000;

export function versionChangesContract(open: OpenVersionStage): void {
  let stage: VersionStage;
  afterEach(() => stage.close());

  const rollout = async (fence: number, change: Change) =>
    rolloutOf(stage, {
      fence,
      wanted: { image: `shop/good:${fence}` },
      manifests: { folder: await stage.folder(folder(change)) },
      weights: [50],
    });
  const live = async (name: string) =>
    stage.cluster.get({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace: stage.target.namespace },
    });

  test.each(DIRECTIONS)(
    '%s',
    async (_name, before, after) => {
      stage = await open({ route: { kind: 'replicas' } });
      const first = await rollout(1, before);
      await first.plan();
      await first.promote();
      const was = shapeOf(await live('orders'));
      const second = await rollout(2, after);
      await second.plan();
      await second.weigh(50);
      await second.promote();
      const is = shapeOf(await live('orders'));

      await second.takeBack();
      expect(shapeOf(await live('orders'))).toEqual(was);

      const third = await rollout(3, after);
      await third.plan();
      await third.promote();
      expect(shapeOf(await live('orders'))).toEqual(is);
    },
    LIMIT_MS,
  );

  test(
    'a canary ends although the team has a finalizer on its Deployment',
    async () => {
      stage = await open({ route: { kind: 'replicas' } });
      const kept = { metadata: { finalizers: ['team.example/keep'] } };
      const withFinalizer = folder({}).map((object) =>
        object.kind === 'Deployment' ? { ...object, metadata: { ...object.metadata, ...kept.metadata } } : object,
      );
      const path = await stage.folder(withFinalizer);
      const of = (fence: number) =>
        rolloutOf(stage, {
          fence,
          wanted: { image: `shop/good:${fence}` },
          manifests: { folder: path },
          weights: [50],
        });
      const first = of(1);
      await first.plan();
      await first.promote();
      const second = of(2);
      await second.plan();
      await second.weigh(50);
      await second.takeBack();
      expect(await live('orders-canary')).toBeNull();
    },
    LIMIT_MS,
  );
}

/**
 * The parts in which two versions can differ besides the image: how pods are replaced, their account, volumes,
 * readiness probe and environment.
 */
function shapeOf(deployment: ClusterObject | null) {
  const pod = specOf(templateOf(deployment ?? {}));
  const [container] = Array.isArray(pod.containers) ? pod.containers.map(fieldsOf) : [];
  const { readinessProbe, env } = container ?? {};
  return {
    strategy: specOf(deployment ?? {}).strategy,
    account: pod.serviceAccountName ?? 'default',
    volumes: pod.volumes,
    readinessProbe,
    env,
  };
}
