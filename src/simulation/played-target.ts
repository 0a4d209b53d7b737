/** How a seed plays a target, by its kind: what is made before it begins, and where its moves are found. */
import { LATEST } from '../domain/lambda/version-fact.ts';
import type { KubernetesTarget, Target } from '../domain/service/service-spec.ts';
import { forTarget } from '../domain/service/target.ts';
import { routeRef } from '../domain/workload/workload-route.ts';
import type { RehearsalCloud } from '../twin/cloud/cloud.ts';
import { WORKLOAD_ALIAS, workloadFunction } from '../twin/cloud/workload-calls.ts';
import { setFound } from './found-workloads.ts';

const REQUESTS_PER_SECOND = 20;

interface PlayedTarget {
  readonly name: string;
  readonly target: Target;
  /** Another tool has made its workload already. */
  readonly isFound: boolean;
  /** Its alias is on `$LATEST`. */
  readonly isUnpublished: boolean;
}

export function setTarget(cloud: RehearsalCloud, { name, target, isFound, isUnpublished }: PlayedTarget): void {
  const requestsPerSecond = REQUESTS_PER_SECOND;
  forTarget(target, {
    lambda({ alias }) {
      cloud.addFunction({ name, alias, artifact: { image: 'good' } });
      if (isUnpublished) cloud.lambda.updateAlias({ functionName: name, alias, functionVersion: LATEST });
      cloud.setLoad({ functionName: name, alias, requestsPerSecond });
    },
    kubernetes(workload) {
      setWorkload(cloud, workload);
      if (isFound) setFound(cloud.cluster, workload);
      cloud.setLoad({ functionName: workloadFunction(workload), alias: WORKLOAD_ALIAS, requestsPerSecond });
    },
  });
}

/** What a target's moves are found under, and the version that it is on now. */
export function startOf(
  cloud: RehearsalCloud,
  { name, target }: { readonly name: string; readonly target: Target },
): [key: string, start: { readonly name: string; readonly version: string | null }] {
  return forTarget<ReturnType<typeof startOf>>(target, {
    lambda(called) {
      const { functionVersion } = cloud.lambda.getAlias(called.function, { alias: called.alias });
      return [`${called.function}:${called.alias}`, { name, version: functionVersion }];
    },
    kubernetes(workload) {
      return [workloadFunction(workload), { name, version: cloud.workloads.record(workload)?.stable ?? null }];
    },
  });
}

/** A namespace with only the route in it: the first deployment brings the workload. */
export function setWorkload(cloud: RehearsalCloud, target: KubernetesTarget): void {
  cloud.cluster.addNamespace(target.namespace);
  setRoute(cloud, target);
  cloud.workloads.watch(target);
}

/** Makes the object with the weights when the route needs one. An existing object stays as it is. */
export function setRoute({ cluster }: RehearsalCloud, target: KubernetesTarget): void {
  const ref = routeRef(target);
  if (ref === null || cluster.find(ref) !== undefined) return;
  cluster.changeByHand({ manager: 'team', ref, change: routeTo(target) });
}

/** Like a route that a team makes: all calls lead to the workload. */
function routeTo({ workload, route }: KubernetesTarget) {
  if (route.kind === 'httpRoute') return { spec: { rules: [{ backendRefs: [{ name: workload, port: 80 }] }] } };
  const action = {
    type: 'forward',
    forwardConfig: { targetGroups: [{ serviceName: workload, servicePort: 80, weight: 100 }] },
  };
  return {
    metadata: { annotations: { [`alb.ingress.kubernetes.io/actions.${workload}`]: JSON.stringify(action) } },
    spec: { defaultBackend: { service: { name: workload, port: { name: 'use-annotation' } } } },
  };
}
