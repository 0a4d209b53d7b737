/**
 * The contract of the other kinds that Slipway writes: how the API server completes them, and which ones it refuses.
 */
import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import type { ClusterStage } from './cluster-stage.ts';

type Fields = Readonly<Record<string, unknown>>;

export function kindsContract(current: () => ClusterStage): void {
  const made = (type: string, rest: Fields): ClusterObject => {
    const [, apiVersion = '', kind = ''] = /^(.*) (\w+)$/.exec(type) ?? [];
    return { apiVersion, kind, metadata: { name: 'orders', namespace: current().namespace }, ...rest };
  };
  const apply = (object: ClusterObject) => current().cluster.apply({ objects: [object] });
  const labels = { app: 'orders' };
  const workload = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'orders' };
  const backends = (...weights: readonly number[]) =>
    weights.map((weight, index) => ({ name: `orders-${index}`, port: 80, weight }));
  const autoscaling = 'autoscaling/v2 HorizontalPodAutoscaler';
  const route = 'gateway.networking.k8s.io/v1 HTTPRoute';
  const rbac = 'rbac.authorization.k8s.io/v1';
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'orders' };

  const taken: readonly (readonly [type: string, given: Fields, shown: Fields])[] = [
    ['v1 ServiceAccount', { automountServiceAccountToken: false }, { automountServiceAccountToken: false }],
    [
      `${rbac} Role`,
      { rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get'] }] },
      { rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get'] }] },
    ],
    [`${rbac} RoleBinding`, { roleRef, subjects: [{ kind: 'ServiceAccount', name: 'orders' }] }, { roleRef }],
    [
      'v1 Service',
      { spec: { selector: labels, ports: [{ port: 80 }] } },
      { spec: { type: 'ClusterIP', sessionAffinity: 'None', ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }] } },
    ],
    [
      autoscaling,
      {
        spec: { scaleTargetRef: workload, maxReplicas: 5, behavior: { scaleDown: { stabilizationWindowSeconds: 60 } } },
      },
      {
        spec: {
          minReplicas: 1,
          behavior: {
            scaleDown: { stabilizationWindowSeconds: 60, selectPolicy: 'Max' },
            scaleUp: { stabilizationWindowSeconds: 0, selectPolicy: 'Max' },
          },
        },
      },
    ],
    [
      'policy/v1 PodDisruptionBudget',
      { spec: { maxUnavailable: 1, selector: { matchLabels: labels } } },
      { spec: { maxUnavailable: 1 } },
    ],
    [
      'networking.k8s.io/v1 NetworkPolicy',
      {
        spec: {
          podSelector: { matchLabels: labels },
          policyTypes: ['Ingress'],
          ingress: [{ ports: [{ port: 8080 }] }],
        },
      },
      { spec: { ingress: [{ ports: [{ port: 8080, protocol: 'TCP' }] }] } },
    ],
    [
      'networking.k8s.io/v1 Ingress',
      {
        spec: {
          ingressClassName: 'alb',
          rules: [
            {
              http: {
                paths: [
                  {
                    path: '/',
                    pathType: 'Prefix',
                    backend: { service: { name: 'orders', port: { name: 'use-annotation' } } },
                  },
                ],
              },
            },
          ],
        },
      },
      { spec: { ingressClassName: 'alb' } },
    ],
    [
      route,
      { spec: { parentRefs: [{ name: 'public' }], rules: [{ backendRefs: backends(90, 10) }] } },
      {
        spec: {
          parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public' }],
          rules: [
            {
              matches: [{ path: { type: 'PathPrefix', value: '/' } }],
              backendRefs: [
                { group: '', kind: 'Service', name: 'orders-0', port: 80, weight: 90 },
                { group: '', kind: 'Service', name: 'orders-1', port: 80, weight: 10 },
              ],
            },
          ],
        },
      },
    ],
  ];
  test.each(taken)(
    '%s is accepted and completed, and applying it again changes nothing',
    async (type, given, shown) => {
      const object = made(type, given);
      const [first] = await apply(object);
      expect(first).toMatchObject(shown);
      expect(await current().cluster.diff([object])).toBe('');
      const [again] = await apply(object);
      expect(asOrdered(again)).toEqual(asOrdered(first));
      await current().cluster.remove([object]);
      expect(await current().cluster.get(object)).toBeNull();
    },
  );

  const refused: readonly (readonly [what: string, type: string, given: Fields, says: RegExp])[] = [
    [
      'an autoscaler whose minimum is above its maximum',
      autoscaling,
      { spec: { scaleTargetRef: workload, minReplicas: 5, maxReplicas: 3 } },
      /spec\.maxReplicas.*greater than or equal to `minReplicas`/,
    ],
    ['an autoscaler without a maximum', autoscaling, { spec: { scaleTargetRef: workload } }, /spec\.maxReplicas/],
    [
      'a budget with two limits',
      'policy/v1 PodDisruptionBudget',
      { spec: { minAvailable: 1, maxUnavailable: 1, selector: { matchLabels: labels } } },
      /cannot be both set/,
    ],
    [
      'a Service with a port that is none',
      'v1 Service',
      { spec: { selector: labels, ports: [{ port: 99_999 }] } },
      /spec\.ports\[0\]\.port/,
    ],
    [
      'a Service with two ports of which one has no name',
      'v1 Service',
      { spec: { selector: labels, ports: [{ port: 80, name: 'http' }, { port: 81 }] } },
      /spec\.ports\[1\]\.name/,
    ],
    ['a route with a negative weight', route, { spec: { rules: [{ backendRefs: backends(-1) }] } }, /weight/],
    [
      'a route to a Service without its port',
      route,
      { spec: { rules: [{ backendRefs: [{ name: 'orders' }] }] } },
      /[Mm]ust have port for Service reference/,
    ],
    ['a field that there is not', 'v1 ConfigMap', { date: { a: '1' } }, /date/],
    ['a number among the data', 'v1 ConfigMap', { data: { a: 1 } }, /data\.a/],
  ];
  test.each(refused)('%s is refused', async (_what, type, given, says) => {
    const object = made(type, given);
    const refusal = { name: 'InvalidRequest', message: expect.stringMatching(says) };
    await expect(current().cluster.apply({ objects: [object], dryRun: true })).rejects.toMatchObject(refusal);
    await expect(apply(object)).rejects.toMatchObject(refusal);
    expect(await current().cluster.get(object)).toBeNull();
  });

  test('the role of a RoleBinding cannot be changed', async () => {
    await apply(made(`${rbac} RoleBinding`, { roleRef }));
    const other = made(`${rbac} RoleBinding`, { roleRef: { ...roleRef, name: 'other' } });
    await expect(apply(other)).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: expect.stringContaining('cannot change roleRef'),
    });
  });
}

/** Leaves out the fields that controllers write, because they are no change of Slipway's. */
function asOrdered(
  { status: _, metadata, ...ordered }: ClusterObject = { apiVersion: '', kind: '', metadata: { name: '' } },
) {
  const { resourceVersion: _version, ...own } = metadata;
  return { ...ordered, metadata: own };
}
