import type { Manifests, Route } from '../../src/domain/service/service-spec.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { CALL_STEP } from '../effort.ts';
import { aLiveWorkload } from './a-workload.ts';
import { dyingPort } from './a-workload-port.ts';

const manifests = (MODE: string): Manifests => ({ port: 8080, replicas: 3, environment: { MODE }, secrets: [] });
type Live = Awaited<ReturnType<typeof aLiveWorkload>>;

/** One route for each way to split calls. An Ingress works like an HTTPRoute, and rolling pods work like any others. */
export const SPLITS = [
  { kind: 'replicas' },
  { kind: 'blueGreen' },
  { kind: 'httpRoute', name: 'shop-front' },
] as const satisfies readonly Route[];
export const firstWeight = ({ kind }: Route) => (kind === 'rolling' || kind === 'blueGreen' ? 100 : 25);

/** Version 2 is planned beside version 1, which is live. Each version has an environment of its own. */
export async function planned(route: Route) {
  const workload = await aLiveWorkload({ route, manifests: manifests('quiet') });
  const rollout = workload.rollout('good:2', { fence: 2, manifests: manifests('loud') });
  await rollout.plan();
  return { workload, rollout };
}

/** The state that a rollback must leave, whatever came before it. */
export const shapeOf = (workload: Live) => ({
  pods: workload.pods(),
  calls: workload.calls(),
  weights: workload.weights(),
  environment: workload.environment('good:1'),
  canary: workload.find('Deployment', 'orders-canary'),
  stable: workload.record().stable,
});

/** A number of calls above that of any order. */
const CALLS_MAX = 200;

/** Plays the story once for each call of the port that its task can die before, until it does not die any more. Answers with the calls. */
export async function diesAtEachCall(story: (dying: (port: Cluster) => Cluster) => Promise<void>): Promise<number> {
  for (let nth = 1; nth < CALLS_MAX; nth += CALL_STEP) {
    let calls = (): number => 0;
    const dying = (port: Cluster) => {
      const died = dyingPort(port, nth);
      calls = died.calls;
      return died.port;
    };
    await story(dying);
    if (calls() < nth) return calls();
  }
  throw new Error(`The order has not ended after ${CALLS_MAX} calls.`);
}

export const died = (order: Promise<unknown>) =>
  order.catch((error: Error) => expect(error.message).toBe('The task has died.'));
