/**
 * The hardening that the product requires of manifests, as one table. Each row names a field of every object of a kind,
 * and the value that it must contain. A value may contain more than the row names; a function decides by itself.
 */
import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';

export interface HardeningItem {
  readonly item: string;
  /** `*` means every kind except Namespace. */
  readonly kind: string;
  /** The path from the object's root, with dots between fields. A number names an item of a list. */
  readonly at: string;
  /** Undefined when the field must not exist. */
  readonly is: unknown;
}

/** Used in place of a value: decides whether the found value is enough, with all objects in view. */
export type Judge = (found: unknown, objects: readonly ClusterObject[]) => boolean;

const POD = 'spec.template.spec';
const CONTAINER = `${POD}.containers.0`;
const WORKLOAD = 'orders';
const PODS = { 'app.kubernetes.io/name': WORKLOAD };
const STABLE = { ...PODS, 'slipway/track': 'stable' };

const isSome: Judge = (found) => typeof found === 'string' && found !== '';
const isMoreThanThree: Judge = (found) => Number(found) > 3;
const isConfigOfWorkload: Judge = (found, objects) =>
  objects.some(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === found);
const isSingle: Judge = (found) => Array.isArray(found) && found.length === 1;
const isSmall: Judge = (found) => /^\d+Mi$/.test(String(found));

const ofDeployment = (item: string, at: string, is: unknown) => ({ item, kind: 'Deployment', at, is });

export const HARDENING: readonly HardeningItem[] = [
  { item: 'every object is in a namespace', kind: '*', at: 'metadata.namespace', is: isSome },
  {
    item: 'every object says whose it is',
    kind: '*',
    at: 'metadata.labels',
    is: { 'app.kubernetes.io/managed-by': 'slipway', 'slipway/service': WORKLOAD },
  },

  { item: 'at least three replicas', kind: 'HorizontalPodAutoscaler', at: 'spec.minReplicas', is: 3 },
  ofDeployment('replicas are left to the autoscaler', 'spec.replicas', undefined),
  ofDeployment('pods are replaced one by one', 'spec.strategy', {
    type: 'RollingUpdate',
    rollingUpdate: { maxSurge: 1, maxUnavailable: 1 },
  }),
  ofDeployment('a rollout that makes no progress is told of', 'spec.progressDeadlineSeconds', 300),
  ofDeployment('old versions are kept, and few', 'spec.revisionHistoryLimit', 3),
  ofDeployment('it owns the stable pods alone', 'spec.selector.matchLabels', STABLE),
  ofDeployment('pods carry what they are selected by', 'spec.template.metadata.labels', {
    ...STABLE,
    'slipway/service': WORKLOAD,
  }),

  ofDeployment('resources are requested', `${CONTAINER}.resources.requests`, { cpu: '250m', memory: '256Mi' }),
  ofDeployment('resources are limited', `${CONTAINER}.resources.limits`, { cpu: '500m', memory: '512Mi' }),
  ofDeployment('liveness asks /health after 30 s', `${CONTAINER}.livenessProbe`, {
    httpGet: { path: '/health', port: 'http' },
    initialDelaySeconds: 30,
  }),
  ofDeployment('readiness asks /ready after 5 s', `${CONTAINER}.readinessProbe`, {
    httpGet: { path: '/ready', port: 'http' },
    initialDelaySeconds: 5,
  }),
  ofDeployment('the probes find the port', `${CONTAINER}.ports.0`, { name: 'http', containerPort: 8080 }),
  ofDeployment('the last calls are waited for', `${CONTAINER}.lifecycle.preStop.sleep.seconds`, 5),
  ofDeployment('a pod has time to stop', `${POD}.terminationGracePeriodSeconds`, 30),

  ofDeployment('runs as UID 1000, not as root', `${POD}.securityContext`, {
    runAsNonRoot: true,
    runAsUser: 1000,
    runAsGroup: 1000,
    fsGroup: 1000,
  }),
  ofDeployment('system calls are filtered', `${POD}.securityContext.seccompProfile.type`, 'RuntimeDefault'),
  ofDeployment('privileges cannot grow', `${CONTAINER}.securityContext`, {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
  }),
  ofDeployment('the root file system is read-only', `${CONTAINER}.securityContext.readOnlyRootFilesystem`, true),
  ofDeployment('there is a place to write, with a limit', `${POD}.volumes.0`, {
    name: 'tmp',
    emptyDir: { sizeLimit: isSmall },
  }),
  ofDeployment('the place to write is /tmp', `${CONTAINER}.volumeMounts.0`, { name: 'tmp', mountPath: '/tmp' }),

  ofDeployment(
    'pods keep to different nodes',
    `${POD}.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution.0`,
    {
      weight: 100,
      podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: PODS } },
    },
  ),
  ofDeployment('pods spread over the zones', `${POD}.topologySpreadConstraints.0`, {
    maxSkew: 1,
    topologyKey: 'topology.kubernetes.io/zone',
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: PODS },
  }),

  { item: 'Service is of type ClusterIP', kind: 'Service', at: 'spec.type', is: 'ClusterIP' },
  { item: 'Service leads to the pods', kind: 'Service', at: 'spec.selector', is: PODS },
  { item: 'Service leads to the port', kind: 'Service', at: 'spec.ports.0', is: { port: 80, targetPort: 'http' } },

  { item: 'the ConfigMap is never changed', kind: 'ConfigMap', at: 'immutable', is: true },
  { item: 'the ConfigMap has the environment', kind: 'ConfigMap', at: 'data', is: { LOG_LEVEL: 'info' } },
  ofDeployment(
    'the environment comes from the ConfigMap',
    `${CONTAINER}.envFrom.0.configMapRef.name`,
    isConfigOfWorkload,
  ),

  { item: 'there is a service account', kind: 'ServiceAccount', at: 'metadata.name', is: WORKLOAD },
  { item: 'its token is not mounted', kind: 'ServiceAccount', at: 'automountServiceAccountToken', is: false },
  ofDeployment('pods have the service account', `${POD}.serviceAccountName`, WORKLOAD),
  ofDeployment('pods do not get its token', `${POD}.automountServiceAccountToken`, false),
  { item: 'RBAC: one rule', kind: 'Role', at: 'rules', is: isSingle },
  {
    item: 'RBAC: to get ConfigMaps',
    kind: 'Role',
    at: 'rules.0',
    is: { apiGroups: [''], resources: ['configmaps'], verbs: ['get'] },
  },
  { item: 'RBAC: of its own alone', kind: 'Role', at: 'rules.0.resourceNames.0', is: isConfigOfWorkload },
  { item: 'RBAC: the Role is bound', kind: 'RoleBinding', at: 'roleRef', is: { kind: 'Role', name: WORKLOAD } },
  {
    item: 'RBAC: to the service account',
    kind: 'RoleBinding',
    at: 'subjects.0',
    is: { kind: 'ServiceAccount', name: WORKLOAD, namespace: isSome },
  },

  {
    item: 'HPA governs the Deployment',
    kind: 'HorizontalPodAutoscaler',
    at: 'spec.scaleTargetRef',
    is: { kind: 'Deployment', name: WORKLOAD },
  },
  { item: 'HPA has room', kind: 'HorizontalPodAutoscaler', at: 'spec.maxReplicas', is: isMoreThanThree },
  {
    item: 'HPA goes by the CPU',
    kind: 'HorizontalPodAutoscaler',
    at: 'spec.metrics.0',
    is: { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
  },
  { item: 'disruption budget: one away', kind: 'PodDisruptionBudget', at: 'spec.maxUnavailable', is: 1 },
  { item: 'disruption budget: of its pods', kind: 'PodDisruptionBudget', at: 'spec.selector.matchLabels', is: PODS },
  { item: 'network policy: for its pods', kind: 'NetworkPolicy', at: 'spec.podSelector.matchLabels', is: PODS },
  { item: 'network policy: both ways', kind: 'NetworkPolicy', at: 'spec.policyTypes', is: ['Ingress', 'Egress'] },
  {
    item: 'network policy: in to one port',
    kind: 'NetworkPolicy',
    at: 'spec.ingress',
    is: [{ from: [{ namespaceSelector: {} }], ports: [{ protocol: 'TCP', port: 8080 }] }],
  },
  {
    item: 'network policy: out to names',
    kind: 'NetworkPolicy',
    at: 'spec.egress.0.ports',
    is: [
      { protocol: 'UDP', port: 53 },
      { protocol: 'TCP', port: 53 },
    ],
  },
  { item: 'network policy: out to little else', kind: 'NetworkPolicy', at: 'spec.egress', is: hasNoOpenRule },
];

/** The folders have these rows. renderManifests leaves the namespace to the owner of the cluster. */
export const NAMESPACE_HARDENING: readonly HardeningItem[] = [
  {
    item: 'what is not hardened is refused',
    kind: 'Namespace',
    at: 'metadata.labels',
    is: { 'pod-security.kubernetes.io/enforce': 'restricted' },
  },
];

/** A rule without peers and without ports allows everything. */
function hasNoOpenRule(found: unknown): boolean {
  return Array.isArray(found) && found.every((rule) => 'to' in rule || 'ports' in rule);
}
