import fc from 'fast-check';
import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import { renderManifests } from '../../src/domain/workload/render-manifests.ts';
import { contentHash } from '../../src/domain/workload/rendered-hash.ts';
import type { RenderedManifests, RenderedTarget } from '../../src/domain/workload/rendered-workload.ts';

const target: RenderedTarget = {
  kind: 'kubernetes',
  cluster: 'main',
  namespace: 'shop',
  workload: 'orders',
  route: { kind: 'replicas' },
  readyWithin: { minutes: 5 },
  manifests: { port: 8080, replicas: 3, environment: { LOG_LEVEL: 'info' }, secrets: [] },
};

function rendered({
  manifests,
  ...change
}: Partial<Omit<RenderedTarget, 'manifests'>> & { readonly manifests?: Partial<RenderedManifests> } = {}) {
  const changed = { ...target, ...change, manifests: { ...target.manifests, ...manifests } };
  return renderManifests({ service: 'orders-api', image: 'orders:2', target: changed });
}

function one(objects: readonly ClusterObject[], kind: string): ClusterObject {
  const found = objects.filter((object) => object.kind === kind);
  expect(found).toHaveLength(1);
  return found[0] as ClusterObject;
}

function podOf(objects: readonly ClusterObject[]) {
  const { spec } = one(objects, 'Deployment') as unknown as {
    spec: { template: { spec: { containers: readonly Record<string, unknown>[] } } };
  };
  return spec.template.spec;
}

const configNameOf = (objects: readonly ClusterObject[]) => one(objects, 'ConfigMap').metadata.name;

const selectorsOf = (objects: readonly ClusterObject[]) =>
  Object.fromEntries(
    objects
      .filter(({ kind }) => kind === 'Service')
      .map(({ metadata, spec }) => [metadata.name, (spec as { selector: object }).selector]),
  );

const pods = { 'app.kubernetes.io/name': 'orders' };
const stable = { ...pods, 'slipway/track': 'stable' };
const canary = { ...pods, 'slipway/track': 'canary' };

test('objects that pods need and that confine pods come before the pods', () => {
  expect(rendered().map(({ kind }) => kind)).toEqual([
    'ServiceAccount',
    'Role',
    'RoleBinding',
    'ConfigMap',
    'NetworkPolicy',
    'Service',
    'PodDisruptionBudget',
    'Deployment',
    'HorizontalPodAutoscaler',
  ]);
});

test('every object has the namespace and the labels of the workload, the service and Slipway', () => {
  for (const { metadata } of rendered()) {
    expect(metadata).toMatchObject({
      namespace: 'shop',
      labels: {
        'app.kubernetes.io/name': 'orders',
        'app.kubernetes.io/managed-by': 'slipway',
        'slipway/service': 'orders-api',
      },
    });
  }
});

test.each([
  ['rolling', { kind: 'rolling' }, { orders: pods }],
  ['replicas', { kind: 'replicas' }, { orders: pods }],
  ['httpRoute', { kind: 'httpRoute', name: 'orders' }, { orders: stable, 'orders-canary': canary }],
  ['albIngress', { kind: 'albIngress', name: 'orders' }, { orders: stable, 'orders-canary': canary }],
  ['blueGreen', { kind: 'blueGreen' }, { orders: stable, 'orders-preview': canary }],
] as const)('the Services of the route %s lead to its pods', (_kind, route, selectors) => {
  expect(selectorsOf(rendered({ route }))).toEqual(selectors);
});

test.each(['httpRoute', 'albIngress'] as const)('a load balancer, which is no pod, may call through %s', (kind) => {
  const { ingress } = one(rendered({ route: { kind, name: 'orders' } }), 'NetworkPolicy').spec as {
    ingress: readonly object[];
  };

  expect(ingress).toEqual([
    {
      from: expect.arrayContaining([{ namespaceSelector: {} }, { ipBlock: { cidr: '10.0.0.0/8' } }]),
      ports: [{ protocol: 'TCP', port: 8080 }],
    },
  ]);
  expect(JSON.stringify(ingress)).not.toContain('0.0.0.0/0');
});

test('no policy lets a pod reach the metadata service of its node, at port 80 of a link-local address', () => {
  const { egress } = one(rendered(), 'NetworkPolicy').spec as {
    egress: readonly { to?: unknown; ports?: readonly { port: number }[] }[];
  };

  const toAnywhere = egress.filter(({ to }) => to === undefined);
  expect(toAnywhere.flatMap(({ ports = [] }) => ports.map(({ port }) => port)).sort()).toEqual([443, 53, 53, 5432]);
  const toAnAddress = egress.flatMap(({ to = [] }) => to as readonly object[]).filter((peer) => 'ipBlock' in peer);
  expect(toAnAddress).toEqual([{ ipBlock: { cidr: '169.254.170.23/32' } }, { ipBlock: { cidr: 'fd00:ec2::23/128' } }]);
});

test('image, port and Secrets are the requested ones; Secrets come after, and so override, the ConfigMap', () => {
  const objects = rendered({ manifests: { port: 3000, secrets: ['orders-db', 'orders-mail'] } });

  expect(podOf(objects).containers).toEqual([
    expect.objectContaining({
      image: 'orders:2',
      ports: [{ name: 'http', containerPort: 3000, protocol: 'TCP' }],
      envFrom: [
        { configMapRef: { name: configNameOf(objects) } },
        { secretRef: { name: 'orders-db' } },
        { secretRef: { name: 'orders-mail' } },
      ],
    }),
  ]);
  expect(one(objects, 'NetworkPolicy').spec).toMatchObject({ ingress: [{ ports: [{ port: 3000 }] }] });
});

test.each([
  [1, 3],
  [2, 6],
  [3, 9],
])('%d replicas may become %d', (replicas, maxReplicas) => {
  const objects = rendered({ manifests: { replicas } });

  expect(one(objects, 'HorizontalPodAutoscaler').spec).toMatchObject({ minReplicas: replicas, maxReplicas });
  expect(one(objects, 'Deployment').spec).not.toHaveProperty('replicas');
});

test('another environment is another ConfigMap, which only the workload may read, and so makes other pods', () => {
  const before = rendered();
  const after = rendered({ manifests: { environment: { LOG_LEVEL: 'debug' } } });

  expect(configNameOf(before)).toMatch(/^orders-config-[0-9a-f]{12}$/);
  expect(configNameOf(after)).not.toBe(configNameOf(before));
  expect(one(after, 'ConfigMap')).toMatchObject({ immutable: true, data: { LOG_LEVEL: 'debug' } });
  expect(one(after, 'Role').rules).toEqual([
    { apiGroups: [''], resources: ['configmaps'], resourceNames: [configNameOf(after)], verbs: ['get'] },
  ]);
  expect(podOf(after)).not.toEqual(podOf(before));
});

test('a workload without an environment has an empty ConfigMap', () => {
  expect(one(rendered({ manifests: { environment: {} } }), 'ConfigMap').data).toEqual({});
});

const environments = fc.dictionary(fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,20}$/), fc.string(), { maxKeys: 8 });

test('the same settings, in any order, give the same objects to the byte', () => {
  fc.assert(
    fc.property(environments, (environment) => {
      const reversed = Object.fromEntries(Object.entries(environment).reverse());
      const text = JSON.stringify(rendered({ manifests: { environment } }));

      expect(JSON.stringify(rendered({ manifests: { environment: reversed } }))).toBe(text);
    }),
  );
});

test('two environments share a ConfigMap only when they are the same', () => {
  fc.assert(
    fc.property(environments, environments, (environment, other) => {
      const [named, otherNamed] = [environment, other].map((environment) =>
        configNameOf(rendered({ manifests: { environment } })),
      );
      const sorted = (variables: object) => JSON.stringify(Object.entries(variables).sort());

      expect(named === otherNamed).toBe(sorted(environment) === sorted(other));
    }),
  );
});

test('all values of the environment are text, whatever they look like', () => {
  const environment = { PORT: '8080', DEBUG: 'false', EMPTY: '' };

  expect(one(rendered({ manifests: { environment } }), 'ConfigMap').data).toEqual(environment);
});

/** Published values of cyrb53, as 53-bit numbers. A content hash is the low 48 bits of such a number. */
test.each([
  ['a', 7929297801672961n],
  ['b', 8684336938537663n],
  ['revenge', 4051478007546757n],
  ['revenue', 8309097637345594n],
])('the hash of %s is the low 48 bits of its cyrb53', (text, published) => {
  expect(contentHash(text)).toBe((published & 0xffffffffffffn).toString(16).padStart(12, '0'));
});

test('a hash has 12 digits with leading zeros, and 100,000 similar texts have as many hashes', () => {
  const hashes = Array.from({ length: 100_000 }, (_, index) => contentHash(`orders:1.0.${index}`));

  expect(hashes.filter((hash) => !/^[0-9a-f]{12}$/.test(hash))).toEqual([]);
  expect(new Set(hashes).size).toBe(hashes.length);
});

test('each digit is in each place about equally often', () => {
  const counts = new Map<string, number>();
  for (let index = 0; index < 16_000; index += 1) {
    for (const [place, digit] of [...contentHash(`orders:1.0.${index}`)].entries()) {
      counts.set(`${digit} at ${place}`, (counts.get(`${digit} at ${place}`) ?? 0) + 1);
    }
  }

  expect(counts.size).toBe(16 * 12);
  // 1,000 are expected, with a standard deviation of 31. The limit is five standard deviations.
  expect([...counts].filter(([, count]) => Math.abs(count - 1_000) > 155)).toEqual([]);
});
