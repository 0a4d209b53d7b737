/**
 * The defaults that the API server fills in, as far as a comparison of the live object with the applied one shows them.
 * A default has no owner. A field that its only owner leaves out returns with its default.
 */
import type { ClusterObject } from '../../../domain/workload/cluster-object.ts';
import { normalForm } from './normal-form.ts';
import { type Fields, isMap } from './plain-data.ts';

export function withDefaults(given: ClusterObject): ClusterObject {
  const object = normalForm(given);
  if (object.kind === 'PodTemplate') return { ...object, ...withTemplate(object) };
  const defaulted = DEFAULTS[object.kind];
  if (defaulted === undefined || !isMap(object.spec)) return object;
  return { ...object, spec: defaulted(object.spec) };
}

/** The defaults of kinds that make pods but that this cluster does not run. */
const MORE_DEFAULTS: Readonly<Record<string, (spec: Fields) => Fields>> = {
  ReplicaSet: (spec) => ({ replicas: 1, ...withTemplate(spec) }),
  ReplicationController: (spec) => ({ replicas: 1, ...withTemplate(spec) }),
  StatefulSet: (spec) => ({
    replicas: 1,
    revisionHistoryLimit: 10,
    podManagementPolicy: 'OrderedReady',
    persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
    serviceName: '',
    ...withTemplate(spec),
  }),
  DaemonSet: (spec) => ({
    revisionHistoryLimit: 10,
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
    ...withTemplate(spec),
  }),
  Job: (spec) => ({
    completionMode: 'NonIndexed',
    ...(spec.completions === undefined && spec.parallelism === undefined && { completions: 1 }),
    parallelism: 1,
    backoffLimit: 6,
    suspend: false,
    podReplacementPolicy: 'TerminatingOrFailed',
    ...withTemplate(spec),
  }),
  CronJob: ({ jobTemplate, ...spec }) => ({
    concurrencyPolicy: 'Allow',
    suspend: false,
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 1,
    ...spec,
    ...(isMap(jobTemplate) && {
      jobTemplate: { ...jobTemplate, ...(isMap(jobTemplate.spec) && { spec: withTemplate(jobTemplate.spec) }) },
    }),
  }),
  PersistentVolumeClaim: (spec) => ({ volumeMode: 'Filesystem', ...spec }),
};

function withTemplate(spec: Fields): Fields {
  return { ...spec, ...(isMap(spec.template) && { template: template(spec.template) }) };
}

const DEFAULTS: Readonly<Record<string, (spec: Fields) => Fields>> = {
  Deployment: (spec) => ({
    replicas: 1,
    progressDeadlineSeconds: 600,
    revisionHistoryLimit: 10,
    ...spec,
    strategy: strategy(spec.strategy),
    ...(isMap(spec.template) && { template: template(spec.template) }),
  }),
  ...MORE_DEFAULTS,
  Pod: podSpec,
  Service: ({ type = 'ClusterIP', ...spec }) => ({
    type,
    sessionAffinity: 'None',
    ...(type !== 'ExternalName' && { internalTrafficPolicy: 'Cluster' }),
    ...((type === 'NodePort' || type === 'LoadBalancer') && { externalTrafficPolicy: 'Cluster' }),
    ...(type === 'LoadBalancer' && { allocateLoadBalancerNodePorts: true }),
    ...spec,
    ...eachOf(spec, { ports: (port) => ({ protocol: 'TCP', targetPort: port.port, ...port }) }),
  }),
  HorizontalPodAutoscaler: (spec) => ({ minReplicas: 1, ...spec, ...scalingBehavior(spec.behavior) }),
  NetworkPolicy: (spec) => ({ ...spec, ...eachOf(spec, { ingress: policyRule, egress: policyRule }) }),
  HTTPRoute: (spec) => ({ ...spec, ...eachOf(spec, { parentRefs: parentRef, rules: httpRule }) }),
};

function strategy(given: unknown): Fields {
  const { type = 'RollingUpdate', ...rest } = isMap(given) ? given : {};
  if (type !== 'RollingUpdate') return { ...rest, type };
  const limits = isMap(rest.rollingUpdate) ? rest.rollingUpdate : {};
  return { ...rest, type, rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%', ...limits } };
}

function template(given: Fields): Fields {
  return isMap(given.spec) ? { ...given, spec: podSpec(given.spec) } : given;
}

function podSpec(spec: Fields): Fields {
  return {
    restartPolicy: 'Always',
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
    terminationGracePeriodSeconds: 30,
    securityContext: {},
    ...spec,
    ...accountNames(spec),
    ...eachOf(spec, { containers: container, initContainers: container, volumes: volume }),
  };
}

/**
 * Two names of one field, which are kept equal. A manager that leaves out one of the two names has not removed the
 * other.
 */
function accountNames({ serviceAccountName, serviceAccount }: Fields): Fields {
  const name = serviceAccountName ?? serviceAccount;
  return name === undefined ? {} : { serviceAccountName: name, serviceAccount: name };
}

function container(given: Fields): Fields {
  const probes = ['livenessProbe', 'readinessProbe', 'startupProbe'].filter((name) => isMap(given[name]));
  return {
    imagePullPolicy: pullPolicy(String(given.image ?? '')),
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    resources: {},
    ...given,
    ...eachOf(given, { ports: (port) => ({ protocol: 'TCP', ...port }), env: environment }),
    ...Object.fromEntries(probes.map((name) => [name, probe(given[name] as Fields)])),
  };
}

function pullPolicy(image: string): string {
  const name = image.replace(/^.*\//, '');
  return name.includes('@') || (name.includes(':') && !name.endsWith(':latest')) ? 'IfNotPresent' : 'Always';
}

function probe(given: Fields): Fields {
  const times = { periodSeconds: 10, timeoutSeconds: 1, successThreshold: 1, failureThreshold: 3, ...given };
  return isMap(given.httpGet) ? { ...times, httpGet: { path: '/', scheme: 'HTTP', ...given.httpGet } } : times;
}

function environment(variable: Fields): Fields {
  const from = variable.valueFrom;
  if (!isMap(from) || !isMap(from.fieldRef)) return variable;
  return { ...variable, valueFrom: { ...from, fieldRef: { apiVersion: 'v1', ...from.fieldRef } } };
}

function volume(given: Fields): Fields {
  const known = ['configMap', 'secret', 'downwardAPI', 'projected'].filter((name) => isMap(given[name]));
  return {
    ...given,
    ...Object.fromEntries(known.map((name) => [name, { defaultMode: 420, ...(given[name] as Fields) }])),
  };
}

function policyRule(rule: Fields): Fields {
  return { ...rule, ...eachOf(rule, { ports: (port) => ({ protocol: 'TCP', ...port }) }) };
}

function scalingBehavior(given: unknown): Fields {
  if (!isMap(given)) return {};
  const percent = { type: 'Percent', value: 100, periodSeconds: 15 };
  const pods = { type: 'Pods', value: 4, periodSeconds: 15 };
  const scaleUp = { policies: [pods, percent], selectPolicy: 'Max', stabilizationWindowSeconds: 0 };
  const scaleDown = { policies: [percent], selectPolicy: 'Max' };
  const of = (name: string) => (isMap(given[name]) ? given[name] : {});
  return {
    behavior: { ...given, scaleUp: { ...scaleUp, ...of('scaleUp') }, scaleDown: { ...scaleDown, ...of('scaleDown') } },
  };
}

function parentRef(given: Fields): Fields {
  return { group: 'gateway.networking.k8s.io', kind: 'Gateway', ...given };
}

function httpRule(rule: Fields): Fields {
  const matches = rule.matches ?? [{ path: { type: 'PathPrefix', value: '/' } }];
  const backend = (given: Fields) => ({ group: '', kind: 'Service', weight: 1, ...given });
  return { ...rule, matches, ...eachOf(rule, { backendRefs: backend }) };
}

/** Fills in each item of the named lists. */
function eachOf(fields: Fields, fill: Readonly<Record<string, (item: Fields) => Fields>>): Fields {
  const lists = Object.entries(fill).flatMap(([name, filled]) => {
    const list = fields[name];
    return Array.isArray(list) ? [[name, list.map((item) => (isMap(item) ? filled(item) : item))] as const] : [];
  });
  return Object.fromEntries(lists);
}
