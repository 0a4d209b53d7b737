import type { ClusterOrder } from '../../src/domain/orders/cluster-order.ts';
import type { Route, ServiceSpec } from '../../src/domain/service/service-spec.ts';
import { judgeCanary } from '../../src/operations/judging/judge-canary.ts';
import { observeRollouts } from '../../src/operations/nets/observe-rollouts.ts';
import { beforeTraffic } from '../../src/operations/rollout/before-traffic.ts';
import { planRollout } from '../../src/operations/rollout/plan-rollout.ts';
import { promote } from '../../src/operations/rollout/promote.ts';
import { RESULT_VARIABLE, recordClusterTask } from '../../src/operations/rollout/record-cluster-task.ts';
import { registerWait } from '../../src/operations/rollout/register-wait.ts';
import { settleDeployment } from '../../src/operations/rollout/settle-deployment.ts';
import type { TaskResult } from '../../src/operations/steps/task-input.ts';
import { type RolledBack, rollBack } from '../../src/operations/way-back/roll-back.ts';
import { runClusterOrder } from '../../src/operations/workload/run-cluster-order.ts';
import { aClusterScene, clusterTarget, image } from './a-cluster-rollout.ts';
import { deploy } from './a-rollout.ts';
import type { Scene } from './a-scene.ts';
import { callsIn, routeIn, teamRoute } from './a-workload-route.ts';

export const MINUTE = 60_000;
const STEP_MS = 250;

export interface PodScene {
  readonly route?: Route;
  readonly spec?: Partial<ServiceSpec>;
  /** The image of the first version. */
  readonly first?: string;
}

export type OnPods = Awaited<ReturnType<typeof aPodScene>>;

/**
 * Checkout on the simulated cluster, with its first version live. The cluster carries out the orders of the machine.
 */
export async function aPodScene({ route = { kind: 'replicas' }, spec = {}, first = 'good:1' }: PodScene = {}) {
  const target = { ...clusterTarget, route };
  const scene = await aClusterScene({ target, ...spec });
  const { cluster } = scene.cloud;
  cluster.addNamespace(target.namespace);
  const ofTeam = teamRoute(target);
  if (ofTeam !== null) cluster.applyByHand({ manager: 'team', object: ofTeam });
  const pods = (image: string) =>
    cluster.pods(target.namespace).filter(({ spec: { containers } }) => containers[0]?.image === image);
  const on = {
    scene,
    cluster,
    target,
    pods,
    calls: () => callsIn({ cluster, target }),
    route: () => routeIn({ cluster, target }),
    setReady: (name: string, ready: boolean) => cluster.setPodReady({ namespace: target.namespace, name, ready }),
    failAll: (of: string) => {
      for (const { metadata } of pods(of)) on.setReady(metadata.name, false);
    },
    /** Runs a new deployment to its first wait, or to its end. */
    deploy: (number: number) => on.deployImage(image(number)),
    deployImage: async (input: ReturnType<typeof image>): Promise<string> => {
      const id = await deploy(scene, input);
      await follow(on, await planRollout(scene.ports, { deploymentId: id }));
      return id;
    },
    follow: (result: TaskResult) => follow(on, result),
    /** Continues from the end of a wait. */
    goOn: async (id: string) => follow(on, await judgeCanary(scene.ports, { deploymentId: id })),
    tick: async (minutes = 1) => {
      for (let minute = 0; minute < minutes; minute += 1) {
        await scene.pass(MINUTE);
        await observeRollouts(scene.ports);
      }
    },
  };
  await on.deployImage({ artifact: { image: first } });
  return on;
}

const WAITS = { bake: 'bake', approve: 'approval', hold: 'person' } as const;

interface Followed {
  readonly scene: Scene;
}

async function follow(on: Followed, { deploymentId, next }: TaskResult | RolledBack): Promise<void> {
  const { scene } = on;
  const { ports } = scene;
  const task = { deploymentId };
  switch (next.do) {
    case 'runOnCluster': {
      const order = JSON.parse(next.order) as ClusterOrder;
      const recorded = await recordClusterTask(ports, { deploymentId, exported: [await exported(scene, order)] });
      if (recorded.did === 'takeBack') return settle(scene, deploymentId);
      return follow(on, recorded.did === 'plan' ? await beforeTraffic(ports, task) : recorded);
    }
    case 'judge':
      return follow(on, await judgeCanary(ports, task));
    case 'bake':
    case 'approve':
    case 'hold':
      await registerWait(ports, { ...task, token: `token-${scene.calls.length}`, waitFor: WAITS[next.do] });
      return;
    case 'promote':
      await promote(ports, task);
      return settle(scene, deploymentId);
    case 'rollBack':
      return follow(on, await rollBack(ports, { ...task, state: { next } }));
    case 'shift':
    case 'settle':
    case 'stop':
    case 'wait':
      return settle(scene, deploymentId);
  }
}

async function exported(scene: Scene, order: ClusterOrder) {
  const { cluster, pause } = scene.cloud.ports;
  const clock = scene.ports.clock;
  const running = runClusterOrder({ cluster, pause, clock }, order);
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  running.then(over, over);
  while (!isOver) await scene.pass(STEP_MS);
  return { Name: RESULT_VARIABLE, Value: JSON.stringify(await running) };
}

async function settle(scene: Scene, deploymentId: string): Promise<void> {
  await settleDeployment(scene.ports, { deploymentId });
}
