import type { ErrorName } from '../../src/domain/errors.ts';
import type { ClusterDone, ClusterFailed, ClusterOrder, ClusterResult } from '../../src/domain/orders/cluster-order.ts';
import type { KubernetesTarget, ServiceSpec } from '../../src/domain/service/service-spec.ts';
import { abortDeployment } from '../../src/operations/opening/abort-deployment.ts';
import type { StartRolloutInput } from '../../src/operations/opening/start-rollout.ts';
import { planRollout } from '../../src/operations/rollout/plan-rollout.ts';
import { RESULT_VARIABLE, recordClusterTask } from '../../src/operations/rollout/record-cluster-task.ts';
import { registerWait } from '../../src/operations/rollout/register-wait.ts';
import { settleDeployment } from '../../src/operations/rollout/settle-deployment.ts';
import { rollBack } from '../../src/operations/way-back/roll-back.ts';
import { aTarget } from '../domain/a-workload.ts';
import { deploy } from './a-rollout.ts';
import { aScene, type Scene } from './a-scene.ts';

export const clusterTarget: KubernetesTarget = {
  ...aTarget,
  manifests: { port: 8080, replicas: 3, environment: {}, secrets: [] },
};

/** Checkout on a cluster, with two weights and a bake after each. Tables answer for its tasks on the cluster. */
export const aClusterScene = (spec: Partial<ServiceSpec> = {}) =>
  aScene({
    target: clusterTarget,
    strategy: [{ setWeight: 25 }, { bake: { minutes: 5 } }, { setWeight: 50 }, { bake: { minutes: 5 } }],
    ...spec,
  });

/** Aborts the deployment in the name of a person. */
export const abort = (scene: Scene, id: string) =>
  abortDeployment(scene.ports, { id, reason: 'changed my mind', by: 'ada' });

/** The name of a version on a cluster. */
export const version = (number: number) => `v${String(number).padStart(12, '0')}`;

export function done(act: ClusterDone['do'], change: Partial<ClusterDone> = {}): ClusterDone {
  return {
    do: act,
    ok: true,
    revision: '7',
    stable: version(1),
    version: version(2),
    percent: 0,
    foundPercent: 0,
    cleared: null,
    pods: [],
    notes: [],
    ...change,
  };
}

export function failed(act: ClusterFailed['do'], name: ErrorName, message = 'It cannot be.'): ClusterFailed {
  return { do: act, ok: false, error: { name, message, details: {} } };
}

/** Records a result as CodeBuild passes it on. */
export const record = (scene: Scene, deploymentId: string, result: ClusterResult) =>
  recordClusterTask(scene.ports, {
    deploymentId,
    exported: [{ Name: RESULT_VARIABLE, Value: JSON.stringify(result) }],
  });

/** Returns the order to which a task's answer leads; null when it leads to none. */
export function orderIn({
  next,
}: {
  readonly next: { readonly do: string; readonly order?: string };
}): ClusterOrder | null {
  return next.do === 'runOnCluster' ? JSON.parse(next.order ?? '') : null;
}

export const image = (number: number): Partial<StartRolloutInput> => ({ artifact: { image: `good:${number}` } });

/** Opens a deployment and sends its plan to the cluster. */
export async function opened(scene: Scene, input: Partial<StartRolloutInput> = image(2)): Promise<string> {
  const deploymentId = await deploy(scene, input);
  await planRollout(scene.ports, { deploymentId });
  return deploymentId;
}

/** Plans a rollout from version 1 to 2. Its first shift is due. */
export async function planned(scene: Scene, input: Partial<StartRolloutInput> = image(2)): Promise<string> {
  const id = await opened(scene, input);
  await record(scene, id, done('plan'));
  return id;
}

/** A rollout at 25 %, with the token of its bake stored. */
export async function baking(scene: Scene, input: Partial<StartRolloutInput> = image(2)): Promise<string> {
  const id = await planned(scene, input);
  await record(scene, id, done('setWeight', { percent: 25, revision: '8' }));
  await registerWait(scene.ports, { deploymentId: id, token: `token of ${id}`, waitFor: 'bake' });
  return id;
}

/** Promotes one version to another at once, and settles the deployment. */
export async function promoted(scene: Scene, { from, to }: { from: number | null; to: number }): Promise<string> {
  const id = await opened(scene, { ...image(to), strategy: [{ setWeight: 100 }] });
  const versions = { stable: from === null ? 'none' : version(from), version: version(to), revision: String(to * 10) };
  await record(scene, id, done('plan', versions));
  await record(scene, id, done('setWeight', { ...versions, percent: 100 }));
  await record(scene, id, done('promote', { ...versions, percent: 100 }));
  await settleDeployment(scene.ports, { deploymentId: id });
  return id;
}

/** Rolls a deployment back, from the first task to the last. */
export async function backAgain(scene: Scene, id: string, change: Partial<ClusterDone> = {}): Promise<void> {
  await rollBack(scene.ports, { deploymentId: id });
  await record(scene, id, done('takeBack', { revision: '9', foundPercent: 25, ...change }));
  await settleDeployment(scene.ports, { deploymentId: id });
}

/** A rollout at 25 % whose rollback is in progress on the cluster. Its version is not accused. */
export async function goingBack() {
  const scene = await aClusterScene();
  const id = await baking(scene);
  await abort(scene, id);
  await rollBack(scene.ports, { deploymentId: id });
  return { scene, id };
}
