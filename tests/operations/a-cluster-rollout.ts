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

/** Checkout on a cluster, in two weights with a bake after each; what its tasks there do is answered by tables. */
export const aClusterScene = (spec: Partial<ServiceSpec> = {}) =>
  aScene({
    target: clusterTarget,
    strategy: [{ setWeight: 25 }, { bake: { minutes: 5 } }, { setWeight: 50 }, { bake: { minutes: 5 } }],
    ...spec,
  });

/** As a person does it. */
export const abort = (scene: Scene, id: string) =>
  abortDeployment(scene.ports, { id, reason: 'changed my mind', by: 'ada' });

/** A version as a cluster names it. */
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

/** As CodeBuild hands the result on. */
export const record = (scene: Scene, deploymentId: string, result: ClusterResult) =>
  recordClusterTask(scene.ports, {
    deploymentId,
    exported: [{ Name: RESULT_VARIABLE, Value: JSON.stringify(result) }],
  });

/** The order that a task of the machine leads to; null where it leads to none. */
export function orderIn({
  next,
}: {
  readonly next: { readonly do: string; readonly order?: string };
}): ClusterOrder | null {
  return next.do === 'runOnCluster' ? JSON.parse(next.order ?? '') : null;
}

export const image = (number: number): Partial<StartRolloutInput> => ({ artifact: { image: `good:${number}` } });

/** Opened, and its plan on the way to the cluster. */
export async function opened(scene: Scene, input: Partial<StartRolloutInput> = image(2)): Promise<string> {
  const deploymentId = await deploy(scene, input);
  await planRollout(scene.ports, { deploymentId });
  return deploymentId;
}

/** Planned from version 1 to 2, with its first shift due. */
export async function planned(scene: Scene, input: Partial<StartRolloutInput> = image(2)): Promise<string> {
  const id = await opened(scene, input);
  await record(scene, id, done('plan'));
  return id;
}

/** At 25 %, with the token of its bake stored. */
export async function baking(scene: Scene, input: Partial<StartRolloutInput> = image(2)): Promise<string> {
  const id = await planned(scene, input);
  await record(scene, id, done('setWeight', { percent: 25, revision: '8' }));
  await registerWait(scene.ports, { deploymentId: id, token: `token of ${id}`, waitFor: 'bake' });
  return id;
}

/** With all the calls, and settled: from one version to another, at once. */
export async function promoted(scene: Scene, { from, to }: { from: number | null; to: number }): Promise<string> {
  const id = await opened(scene, { ...image(to), strategy: [{ setWeight: 100 }] });
  const versions = { stable: from === null ? 'none' : version(from), version: version(to), revision: String(to * 10) };
  await record(scene, id, done('plan', versions));
  await record(scene, id, done('setWeight', { ...versions, percent: 100 }));
  await record(scene, id, done('promote', { ...versions, percent: 100 }));
  await settleDeployment(scene.ports, { deploymentId: id });
  return id;
}

/** The way back, from the first task to the end of it. */
export async function backAgain(scene: Scene, id: string, change: Partial<ClusterDone> = {}): Promise<void> {
  await rollBack(scene.ports, { deploymentId: id });
  await record(scene, id, done('takeBack', { revision: '9', foundPercent: 25, ...change }));
  await settleDeployment(scene.ports, { deploymentId: id });
}

/** At 25 %, and its way back under way on the cluster; nothing is known against its version. */
export async function goingBack() {
  const scene = await aClusterScene();
  const id = await baking(scene);
  await abort(scene, id);
  await rollBack(scene.ports, { deploymentId: id });
  return { scene, id };
}
