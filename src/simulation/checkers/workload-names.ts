/** Which services run as workloads on a cluster: pods, routes and other tools trouble these alone. */
import type { Target } from '../../domain/service/service-spec.ts';
import { onCluster } from '../../domain/service/target.ts';

/** In the order of the services. */
export function workloadNames(services: Iterable<{ readonly name: string; readonly target: Target }>): string[] {
  return [...services].filter(({ target }) => onCluster(target) !== null).map(({ name }) => name);
}
