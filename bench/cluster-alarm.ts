/**
 * The time from an alarm's event until no call is led to the canary any more, on a real control plane, for each route.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Route } from '../src/domain/service/service-spec.ts';
import type { Namespace } from '../tests/cluster/a-namespace.ts';
import type { Slipway } from '../tests/cluster/a-slipway.ts';
import { openGateway } from '../tests/cluster/kubectl-gateway.ts';
import { accessIn } from '../tests/cluster/kubectl-settings.ts';
import { median } from './row.ts';

const NAME = 'orders';
const ROUNDS = 5;
const LOOK_EVERY_MS = 10;
const GIVE_UP_MS = 30_000;

export interface Alarmed {
  readonly slipway: Slipway;
  readonly namespace: Namespace;
  readonly route: Route;
  /** Deploys the version that will be rolled back, and returns once it has calls. */
  readonly tried: () => Promise<string>;
  readonly ended: (id: string) => Promise<void>;
}

/** The median, in milliseconds. */
export async function alarmToNoCall({ slipway, namespace, route, tried, ended }: Alarmed): Promise<number> {
  const looker = await lookerAt(namespace, route);
  try {
    const taken: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const id = await tried();
      if (!(await looker.isCalled()))
        throw new Error(`By ${route.kind} no call is led to the canary before the alarm.`);
      const at = performance.now();
      slipway.turnRed(NAME);
      while (await looker.isCalled()) {
        if (performance.now() - at > GIVE_UP_MS) throw new Error(`By ${route.kind} calls stay on the canary.`);
        await sleep(LOOK_EVERY_MS);
      }
      taken.push(performance.now() - at);
      await ended(id);
      slipway.turnGreen(NAME);
    }
    return median(taken);
  } finally {
    await looker.close();
  }
}

/** Asks the API server itself, with an account that may only read. */
async function lookerAt(namespace: Namespace, route: Route) {
  const kubeconfig = await namespace.kubeconfigFor('looker', [
    { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list'] },
    { apiGroups: ['gateway.networking.k8s.io'], resources: ['httproutes'], verbs: ['get'] },
    { apiGroups: ['networking.k8s.io'], resources: ['ingresses'], verbs: ['get'] },
  ]);
  const gateway = await openGateway(accessIn(kubeconfig));
  const get = async <T>(path: string): Promise<T> => {
    const response = await fetch(`${gateway.url}/apis/${path}`);
    if (!response.ok) throw new Error(`The API server answers ${response.status} to ${path}.`);
    return (await response.json()) as T;
  };
  const at = `namespaces/${namespace.name}`;
  const calls: Readonly<Record<string, () => Promise<boolean>>> = {
    async httpRoute() {
      const { spec } = await get<Led>(`gateway.networking.k8s.io/v1/${at}/httproutes/${NAME}`);
      return hasWeight(spec.rules.flatMap(({ backendRefs }) => backendRefs));
    },
    async albIngress() {
      const { metadata } = await get<Annotated>(`networking.k8s.io/v1/${at}/ingresses/${NAME}`);
      const action = JSON.parse(metadata.annotations[`alb.ingress.kubernetes.io/actions.${NAME}`] ?? '');
      return hasWeight(action.forwardConfig.targetGroups);
    },
    /** The endpoints of a Service that are ready, to which calls are led. */
    async service() {
      const slices = `discovery.k8s.io/v1/${at}/endpointslices?labelSelector=kubernetes.io/service-name%3D${NAME}`;
      const { items } = await get<{ readonly items: readonly Slice[] }>(slices);
      return items.some(({ endpoints }) => (endpoints ?? []).some(isCanary));
    },
  };
  return { isCalled: calls[route.kind] ?? (calls.service as () => Promise<boolean>), close: gateway.close };
}

interface Slice {
  readonly endpoints?: readonly Endpoint[] | null;
}
interface Endpoint {
  readonly conditions: { readonly ready?: boolean };
  readonly targetRef?: { readonly name: string };
}
interface Led {
  readonly spec: { readonly rules: readonly { readonly backendRefs: readonly Weighted[] }[] };
}
interface Annotated {
  readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
}
interface Weighted {
  readonly name?: string;
  readonly serviceName?: string;
  readonly weight: number;
}

function isCanary({ conditions, targetRef }: Endpoint): boolean {
  return conditions.ready !== false && (targetRef?.name.startsWith(`${NAME}-canary-`) ?? false);
}

function hasWeight(backends: readonly Weighted[]): boolean {
  return backends.some(({ name, serviceName, weight }) => (name ?? serviceName) === `${NAME}-canary` && weight > 0);
}
