/**
 * Gives a registered Kubernetes service what a team would already have: its namespace, its route and its first version.
 * The same orders as in a rollout deploy that version. The objects of the cluster are kept on disk, so that the pods
 * come back after a restart.
 */
import * as z from 'zod/mini';
import { SlipwayError } from '../domain/errors.ts';
import type { ClusterOrder } from '../domain/orders/cluster-order.ts';
import type { KubernetesTarget, ServiceSpec } from '../domain/service/service-spec.ts';
import { NO_VERSION, type StoredRecord } from '../domain/workload/workload-record.ts';
import { routeRef } from '../domain/workload/workload-route.ts';
import { convergeWorkload } from '../operations/workload/converge-workload.ts';
import { lookAtWorkload } from '../operations/workload/look-at-workload.ts';
import { runClusterOrder } from '../operations/workload/run-cluster-order.ts';
import { type ClusterPorts, readRecord } from '../operations/workload/workload-store.ts';
import type { RehearsalCloud } from '../twin/cloud/cloud.ts';
import { WORKLOAD_ALIAS, workloadFunction } from '../twin/cloud/workload-calls.ts';
import { type KeptFile, readKept } from '../twin/world/kept-file.ts';
import type { Source } from '../twin/world/world.ts';
import type { EventsKept } from './rehearsed-source.ts';

/**
 * The image of a handler, in the registry `local` of the rehearsal. The name begins with the workload when the handler
 * is in another folder.
 */
function imageOfHandler({ spec, target, source, root }: RehearsedWorkload): string {
  const handler = spec.rehearsal?.handler ?? '';
  return source.bases[0] === root ? `local/${handler}:1` : `local/${target.workload}/${handler}:1`;
}

export interface RehearsedWorkload {
  readonly cloud: RehearsalCloud;
  readonly ports: ClusterPorts;
  readonly spec: ServiceSpec;
  readonly target: KubernetesTarget;
  readonly source: Source;
  readonly events: EventsKept | undefined;
  /** The folder in which the rehearsal was started. */
  readonly root: string;
  readonly tell: (service: string, line: string) => void;
}

/** Resolves when its pods are ready. Repeatable: a workload that has a version keeps it. */
export async function rehearseWorkload(order: RehearsedWorkload): Promise<void> {
  const { cloud, ports, spec, target, source, events } = order;
  const { rehearsal, name } = spec;
  if (rehearsal?.handler === undefined) return;
  const { requestsPerSecond, environment = {}, timeoutSeconds } = rehearsal;
  setTheScene(cloud, target);
  const functionName = workloadFunction(target);
  const timeoutMs = timeoutSeconds === undefined ? undefined : timeoutSeconds * 1_000;
  cloud.lambda.putFunction({ name: functionName, source, environment, timeoutMs });
  cloud.workloads.watch(target);
  cloud.setLoad({ functionName, alias: WORKLOAD_ALIAS, requestsPerSecond, events });
  const stored = await readRecord(ports, target);
  if (stored.revision !== null) {
    await restore(order, stored);
    return;
  }
  const { manifests, ...place } = target;
  const whose = { deploymentId: 'rehearsal', fence: 0, service: name, target: place };
  const image = imageOfHandler(order);
  const plan = await done(ports, { ...whose, do: 'plan', wanted: { image }, manifests, weights: [], clears: [] });
  const { stable, version, revision } = plan;
  if (version === null || revision === null) return;
  await done(ports, { ...whose, do: 'promote', stable, canary: version, canaryPercent: 100, revision });
}

/** Pods are ready after two seconds. A version whose image is gone never is, and that must not hold up the start. */
const READY_TRIES = 12;
const READY_EVERY_MS = 500;

/**
 * Brings the stable version back into a cluster that lost all its pods with the process. A rollout that was in flight is
 * rolled back next, so its canary is not brought.
 */
async function restore({ ports, target, spec, tell }: RehearsedWorkload, stored: StoredRecord): Promise<void> {
  const { stable } = stored.record;
  if (stable === NO_VERSION) return;
  const alone = { ...stored, record: { ...stored.record, canary: null, canaryPercent: 0 } };
  await convergeWorkload(ports, { target, stored: alone, way: 'forward', waits: false });
  for (let tries = 0; tries < READY_TRIES; tries += 1) {
    const { stableReady, isStableComing } = await lookAtWorkload({ ports, target, stored: alone });
    if (stableReady > 0 && !isStableComing) return;
    await ports.pause.sleep(READY_EVERY_MS);
  }
  tell(
    spec.name,
    `The pods of version ${stable} are not ready yet. Look at ${target.workload} with: GET /services/${spec.name}.`,
  );
}

async function done(ports: ClusterPorts, order: ClusterOrder) {
  const result = await runClusterOrder(ports, order);
  if (result.ok) return result;
  const { name, message, details } = result.error;
  throw new SlipwayError(name, message, { details });
}

function setTheScene({ cluster }: RehearsalCloud, target: KubernetesTarget): void {
  const { namespace, workload, route } = target;
  if (cluster.find({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }) === undefined)
    cluster.addNamespace(namespace);
  const ref = routeRef(target);
  if (ref === null || cluster.find(ref) !== undefined) return;
  const targetGroups = [{ serviceName: workload, servicePort: 80, weight: 100 }];
  const action = JSON.stringify({ type: 'forward', forwardConfig: { targetGroups } });
  const change =
    route.kind === 'httpRoute'
      ? { spec: { rules: [{ backendRefs: [{ name: workload, port: 80 }] }] } }
      : {
          metadata: { annotations: { [`alb.ingress.kubernetes.io/actions.${workload}`]: action } },
          spec: { defaultBackend: { service: { name: workload, port: { name: 'use-annotation' } } } },
        };
  cluster.changeByHand({ manager: 'rehearsal', ref, change });
}

/** Loads the objects that Slipway stores in the cluster from the file, and saves them there at every change. */
export async function keepCluster(
  { cluster }: RehearsalCloud,
  { path, file }: { readonly path: string; readonly file: KeptFile },
): Promise<void> {
  for (const object of readKept(path, (value) => Kept.parse(value)) ?? []) {
    const { name, namespace = '', labels, annotations } = object.metadata;
    if (cluster.find({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }) === undefined)
      cluster.addNamespace(namespace);
    const metadata = { name, namespace, ...(labels && { labels }), ...(annotations && { annotations }) };
    await cluster.port.replace({ ...object, metadata });
  }
  cluster.onChange(({ kind }) => {
    if (kind !== 'ConfigMap') return;
    const objects = cluster
      .objects()
      .filter((object) => object.kind === 'ConfigMap' && object.metadata.labels?.['slipway/holds'] !== undefined);
    file.write(JSON.stringify(objects));
  });
}

/** A missing file holds no objects: then the first version is deployed. */
const Kept = z.array(
  z.looseObject({
    apiVersion: z.string(),
    kind: z.string(),
    metadata: z.looseObject({
      name: z.string(),
      namespace: z.optional(z.string()),
      labels: z.optional(z.record(z.string(), z.string())),
      annotations: z.optional(z.record(z.string(), z.string())),
    }),
  }),
);
