/**
 * The contract of kinds that a team's folder may have beside its Deployment, and of the values that the API server
 * gives to Services.
 */
import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import type { ClusterStage } from './cluster-stage.ts';

type Fields = Readonly<Record<string, unknown>>;

const labels = { app: 'orders' };
const selector = { matchLabels: labels };
const template = (restartPolicy?: string, image = 'shop/good:1') => ({
  metadata: { labels },
  spec: { ...(restartPolicy !== undefined && { restartPolicy }), containers: [{ name: 'app', image }] },
});
const claim = (accessMode: string, storage = '1Gi') => ({
  spec: { accessModes: [accessMode], resources: { requests: { storage } } },
});
const cron = (spec: Fields) => ({
  spec: { schedule: '0 3 * * 1-5', jobTemplate: { spec: { template: template('OnFailure') } }, ...spec },
});
const service = (spec: Fields) => ({ spec: { selector: labels, ports: [{ port: 80 }], ...spec } });
const path = (fields: Fields) => ({
  spec: {
    rules: [
      {
        http: {
          paths: [
            { path: '/', pathType: 'Prefix', backend: { service: { name: 'a', port: { number: 80 } } }, ...fields },
          ],
        },
      },
    ],
  },
});

const JOB = 'batch/v1 Job';
const CRON = 'batch/v1 CronJob';
const STATEFUL = 'apps/v1 StatefulSet';
const DAEMON = 'apps/v1 DaemonSet';
const CLAIM = 'v1 PersistentVolumeClaim';
const SERVICE = 'v1 Service';
const INGRESS = 'networking.k8s.io/v1 Ingress';

const TAKEN: readonly (readonly [type: string, given: Fields, shown: Fields])[] = [
  [JOB, { spec: { template: template('Never') } }, { spec: { backoffLimit: 6, completions: 1, parallelism: 1 } }],
  [CRON, cron({}), { spec: { concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3 } }],
  [CRON, cron({ schedule: '@daily' }), { spec: { schedule: '@daily' } }],
  [
    STATEFUL,
    { spec: { serviceName: 'orders', replicas: 0, selector, template: template() } },
    { spec: { podManagementPolicy: 'OrderedReady', revisionHistoryLimit: 10 } },
  ],
  [
    DAEMON,
    { spec: { selector, template: { ...template(), spec: { ...template().spec, nodeSelector: { no: 'node' } } } } },
    { spec: { updateStrategy: { type: 'RollingUpdate' } } },
  ],
  ['apps/v1 ReplicaSet', { spec: { replicas: 0, selector, template: template() } }, { spec: { replicas: 0 } }],
  [
    'v1 Endpoints',
    { subsets: [{ addresses: [{ ip: '10.1.1.1' }], ports: [{ port: 80, protocol: 'TCP' }] }] },
    { subsets: [{ addresses: [{ ip: '10.1.1.1' }] }] },
  ],
  [
    'discovery.k8s.io/v1 EndpointSlice',
    {
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.1.1.1'] }],
      ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
    },
    { addressType: 'IPv4' },
  ],
  ['coordination.k8s.io/v1 Lease', { spec: { holderIdentity: 'a' } }, { spec: { holderIdentity: 'a' } }],
  ['v1 PodTemplate', { template: template() }, { template: { spec: { restartPolicy: 'Always' } } }],
  [SERVICE, service({ clusterIP: 'None' }), { spec: { clusterIP: 'None', clusterIPs: ['None'] } }],
  [SERVICE, { spec: { type: 'ExternalName', externalName: 'a.example' } }, { spec: { externalName: 'a.example' } }],
  [SERVICE, service({ type: 'LoadBalancer' }), { spec: { externalTrafficPolicy: 'Cluster' } }],
];

const REFUSED: readonly (readonly [what: string, type: string, given: Fields, says: RegExp])[] = [
  ['a Job whose pods never end', JOB, { spec: { template: template() } }, /restartPolicy: .*"OnFailure", "Never"/],
  ['a Job with a selector of its own', JOB, { spec: { selector, template: template('Never') } }, /not auto-generated/],
  ['a Job with an unknown field', JOB, { spec: { template: template('Never'), retries: 3 } }, /retries/],
  ['a CronJob whose schedule is a word', CRON, cron({ schedule: 'daily' }), /expected exactly 5 fields, found 1/],
  ['a CronJob at minute 61', CRON, cron({ schedule: '61 * * * *' }), /end of range \(61\) above maximum \(59\)/],
  [
    'a CronJob of an unknown policy',
    CRON,
    cron({ concurrencyPolicy: 'Never' }),
    /concurrencyPolicy: Unsupported value/,
  ],
  [
    'a StatefulSet that selects other pods',
    STATEFUL,
    { spec: { selector: { matchLabels: { app: 'other' } }, template: template() } },
    /`selector` does not match template `labels`/,
  ],
  [
    'a DaemonSet whose pods end',
    DAEMON,
    { spec: { selector, template: template('Never') } },
    /supported values: "Always"/,
  ],
  [
    'a Deployment whose pods end',
    'apps/v1 Deployment',
    { spec: { selector, template: template('Never') } },
    /supported values: "Always"/,
  ],
  ['a claim of an unknown access mode', CLAIM, claim('ReadWrite'), /accessModes: Unsupported value: "ReadWrite"/],
  [
    'a claim of no storage',
    CLAIM,
    { spec: { accessModes: ['ReadWriteOnce'] } },
    /resources\[storage\]: Required value/,
  ],
  ['a Service of an unknown type', SERVICE, service({ type: 'Nodeport' }), /spec.type: Unsupported value: "Nodeport"/],
  [
    'a node port of a Service that nodes do not serve',
    SERVICE,
    service({ ports: [{ port: 80, nodePort: 30_081 }] }),
    /nodePort: Forbidden: may not be used when `type` is 'ClusterIP'/,
  ],
  ['a name without an address', SERVICE, { spec: { type: 'ExternalName' } }, /externalName: Required value/],
  [
    'two ports of one name',
    SERVICE,
    service({
      ports: [
        { port: 80, name: 'a' },
        { port: 81, name: 'a' },
      ],
    }),
    /ports\[1\].name: Duplicate value: "a"/,
  ],
  ['a target port that is none', SERVICE, service({ ports: [{ port: 80, targetPort: 'No_Port' }] }), /targetPort/],
  [
    'a policy for calls from outside where there are none',
    SERVICE,
    service({ externalTrafficPolicy: 'Local' }),
    /may only be set for externally-accessible services/,
  ],
  ['an Ingress that leads nowhere', INGRESS, { spec: {} }, /either `defaultBackend` or `rules` must be specified/],
  ['an Ingress with a relative path', INGRESS, path({ path: 'x' }), /must be an absolute path/],
  [
    'an Ingress of an unknown path type',
    INGRESS,
    path({ pathType: 'prefix' }),
    /pathType: Unsupported value: "prefix"/,
  ],
  ['an Ingress to no port', INGRESS, path({ backend: { service: { name: 'a' } } }), /port name or number is required/],
  [
    'a Role that allows nothing',
    'rbac.authorization.k8s.io/v1 Role',
    { rules: [{ apiGroups: [''], resources: ['pods'], verbs: [] }] },
    /at least one value/,
  ],
];

/** Each pair is applied one after the other: the second object is refused, and the first stays. */
const FIXED: readonly (readonly [what: string, type: string, first: Fields, then: Fields, says: RegExp])[] = [
  [
    'the pods of a Job',
    JOB,
    { spec: { template: template('Never') } },
    { spec: { template: template('Never', 'shop/good:2') } },
    /spec.template: Invalid value: .*field is immutable/s,
  ],
  [
    'the Service of a StatefulSet',
    STATEFUL,
    { spec: { serviceName: 'orders', replicas: 0, selector, template: template() } },
    { spec: { serviceName: 'other', replicas: 0, selector, template: template() } },
    /updates to statefulset spec for fields other than 'replicas'/,
  ],
  ['what was claimed', CLAIM, claim('ReadWriteOnce'), claim('ReadWriteMany'), /spec is immutable after creation/],
  [
    'the address of a Service',
    SERVICE,
    service({}),
    service({ clusterIP: 'None' }),
    /clusterIPs\[0\]: Invalid value: \["None"\]: may not change once set/,
  ],
];

const UNKNOWN: readonly (readonly [apiVersion: string, kind: string])[] = [
  ['batch/v1', 'Jobb'],
  ['extensions/v1beta1', 'Deployment'],
  ['autoscaling/v2beta2', 'HorizontalPodAutoscaler'],
  ['policy/v1beta1', 'PodDisruptionBudget'],
];

export function servedContract(current: () => ClusterStage): void {
  const made = (type: string, rest: Fields, name = 'orders'): ClusterObject => {
    const [, apiVersion = '', kind = ''] = /^(.*) (\w+)$/.exec(type) ?? [];
    return { apiVersion, kind, metadata: { name, namespace: current().namespace }, ...rest };
  };
  const apply = (object: ClusterObject) => current().cluster.apply({ objects: [object] });
  const portsOf = async (object: ClusterObject) => {
    const [applied] = await apply(object);
    const { ports } = (applied?.spec ?? { ports: [] }) as { ports: readonly { nodePort?: number }[] };
    return ports.map(({ nodePort }) => nodePort);
  };

  test.each(TAKEN)(
    '%s is accepted beside a workload, and applying it again changes nothing',
    async (type, given, shown) => {
      const object = made(type, given);
      const [first] = await apply(object);
      expect(first).toMatchObject(shown);
      expect(await current().cluster.diff([object])).toBe('');
      const [again] = await apply(object);
      expect(again?.spec).toEqual(first?.spec);
      await current().cluster.remove([object]);
      expect(await current().cluster.get(object)).toBeNull();
    },
  );

  test.each(REFUSED)('%s is refused in its own words', async (_what, type, given, says) => {
    const object = made(type, given);
    const refusal = { name: 'InvalidRequest', message: expect.stringMatching(says) };
    await expect(current().cluster.apply({ objects: [object], dryRun: true })).rejects.toMatchObject(refusal);
    await expect(apply(object)).rejects.toMatchObject(refusal);
    expect(await current().cluster.get(object)).toBeNull();
  });

  test.each(FIXED)('%s cannot be changed', async (_what, type, first, then, says) => {
    await apply(made(type, first));
    const refusal = { name: 'InvalidRequest', message: expect.stringMatching(says) };
    await expect(apply(made(type, then))).rejects.toMatchObject(refusal);
    await apply(made(type, first));
  });

  test.each(UNKNOWN)('%s has no kind %s', async (apiVersion, kind) => {
    const refusal = { name: 'NotFound', message: expect.stringContaining(kind) };
    await expect(apply(made(`${apiVersion} ${kind}`, {}))).rejects.toMatchObject(refusal);
  });

  test('no two Services have one node port', async () => {
    const fixed = service({ type: 'NodePort', ports: [{ port: 80, nodePort: 31_987 }] });
    expect(await portsOf(made(SERVICE, fixed))).toEqual([31_987]);
    for (const dryRun of [true, false]) {
      await expect(
        current().cluster.apply({ objects: [made(SERVICE, fixed, 'second')], dryRun }),
      ).rejects.toMatchObject({
        name: 'InvalidRequest',
        message: expect.stringMatching(/ports\[0\].nodePort: Invalid value: 31987: provided port is already allocated/),
      });
    }
    await current().cluster.remove([made(SERVICE, fixed)]);
    expect(await portsOf(made(SERVICE, fixed, 'second'))).toEqual([31_987]);
  });

  test('a node port out of range is refused', async () => {
    const far = service({ type: 'NodePort', ports: [{ port: 80, nodePort: 29_999 }] });
    await expect(apply(made(SERVICE, far))).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: expect.stringContaining(
        '29999: provided port is not in the valid range. The range of valid ports is 30000-32767',
      ),
    });
  });

  test('a Service gets its node ports, keeps them, and loses them with its type', async () => {
    const open = made(SERVICE, service({ type: 'NodePort' }));
    const [port] = await portsOf(open);
    expect(port).toBeGreaterThanOrEqual(30_000);
    expect(await portsOf(open)).toEqual([port]);
    expect(await portsOf(made(SERVICE, service({ type: 'LoadBalancer' })))).toEqual([port]);
    expect(await portsOf(made(SERVICE, service({})))).toEqual([undefined]);
  });

  test('a Service keeps its address, also when the manifest no longer has it', async () => {
    const addressOf = async (spec: Fields) => {
      const [applied] = await apply(made(SERVICE, service(spec)));
      return ((applied?.spec ?? {}) as { clusterIP?: string }).clusterIP;
    };
    expect(await addressOf({ clusterIP: 'None' })).toBe('None');
    expect(await addressOf({})).toBe('None');
  });
}
