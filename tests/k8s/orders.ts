/** The workload of k8s/base, in the form in which a service asks Slipway for it. */

import type { Route } from '../../src/domain/service/service-spec.ts';
import type { Workload } from '../../src/domain/workload/rendered-workload.ts';

export const ROUTES: readonly Route[] = [
  { kind: 'rolling' },
  { kind: 'replicas' },
  { kind: 'blueGreen' },
  { kind: 'httpRoute', name: 'orders' },
  { kind: 'albIngress', name: 'orders' },
];

export function anOrdersWorkload({
  route = { kind: 'replicas' },
  namespace = 'shop',
}: {
  readonly route?: Route;
  readonly namespace?: string;
} = {}): Workload {
  return {
    service: 'orders',
    image: 'orders:1.0.0',
    target: {
      kind: 'kubernetes',
      cluster: 'main',
      namespace,
      workload: 'orders',
      route,
      readyWithin: { minutes: 5 },
      manifests: { port: 8080, replicas: 3, environment: { LOG_LEVEL: 'info' }, secrets: [] },
    },
  };
}
