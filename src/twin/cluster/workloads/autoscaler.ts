/**
 * The horizontal autoscaler, as far as it concerns Slipway. It keeps a Deployment between its minimum and its maximum,
 * by the scale subresource and under its own name. It reads no metrics, and ignores a Deployment of zero pods.
 */
import type { ApiServer } from '../api/api-server.ts';
import type { ObjectStore } from '../api/object-store.ts';
import type { Fields } from '../api/plain-data.ts';
import type { Deployment } from '../api/workload-objects.ts';

/** Checks the HorizontalPodAutoscaler `namespace/name`. */
export function autoscaler({ store, api }: { store: ObjectStore; api: ApiServer }): (key: string) => void {
  return (key) => {
    const [namespace = '', name = ''] = key.split('/');
    const ref = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { namespace, name } };
    const spec = store.find(ref)?.object.spec as Fields | undefined;
    if (spec === undefined) return;
    const deployment = deploymentOf(store, { spec, namespace });
    if (deployment === undefined || deployment.spec.replicas === 0) return;
    const { replicas } = deployment.spec;
    const wanted = Math.max(Number(spec.minReplicas), Math.min(Number(spec.maxReplicas), replicas));
    if (wanted !== replicas) api.scale({ ref: deployment, replicas: wanted, manager: 'kube-controller-manager' });
  };
}

export function autoscalersOf(store: ObjectStore, deployment: { metadata: { name: string; namespace?: string } }) {
  const { namespace = '', name } = deployment.metadata;
  return store.list({ kind: 'HorizontalPodAutoscaler', namespace }).filter(({ spec }) => {
    const target = (spec as Fields).scaleTargetRef as Fields;
    return target.kind === 'Deployment' && target.name === name;
  });
}

function deploymentOf(
  store: ObjectStore,
  { spec, namespace }: { spec: Fields; namespace: string },
): Deployment | undefined {
  const { kind, name } = spec.scaleTargetRef as { kind: string; name: string };
  if (kind !== 'Deployment') return undefined;
  return store.find({ apiVersion: 'apps/v1', kind, metadata: { namespace, name } })?.object as Deployment | undefined;
}
