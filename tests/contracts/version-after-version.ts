/**
 * The contract of what one version leaves on a cluster for the next version, on the simulated and on a real cluster.
 */
import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import { isReady } from '../../src/domain/workload/workload-health.ts';
import { fieldsOf, type Labels, specOf, templateOf } from '../../src/domain/workload/workload-objects.ts';
import { aDeploymentObject, aService } from '../domain/a-workload.ts';
import { rolloutOf } from '../operations/a-workload-rollout.ts';
import type { OpenVersionStage, VersionStage } from './version-stage.ts';

interface Change {
  readonly metadata?: object;
  readonly spec?: object;
  readonly pod?: object;
}

function deployment({ metadata = {}, spec = {}, pod = {} }: Change = {}): ClusterObject {
  const made = aDeploymentObject({ replicas: 2, containers: [{ name: 'app', image: 'shop/good:0' }] });
  const template = templateOf(made);
  return {
    ...made,
    metadata: { ...made.metadata, ...metadata },
    spec: { ...specOf(made), template: { ...template, spec: { ...specOf(template), ...pod } }, ...spec },
  };
}

export function versionAfterVersion(open: OpenVersionStage): void {
  let stage: VersionStage;
  beforeEach(async () => {
    stage = await open({ route: { kind: 'replicas' } });
  });
  afterEach(() => stage.close());

  let fences = 0;
  const rollout = async (...objects: readonly ClusterObject[]) => {
    fences += 1;
    const hasService = objects.some(({ kind }) => kind === 'Service');
    const manifests = { folder: await stage.folder([...(hasService ? [] : [aService()]), ...objects]) };
    return rolloutOf(stage, { fence: fences, wanted: { image: `shop/good:${fences}` }, manifests, weights: [50] });
  };
  const promoted = async (...objects: readonly ClusterObject[]) => {
    const it = await rollout(...objects);
    await it.plan();
    await it.promote();
    return it;
  };
  const find = (kind: string, name: string, apiVersion = 'apps/v1') =>
    stage.cluster.get({ apiVersion, kind, metadata: { name, namespace: stage.target.namespace } });
  /** The versions whose pods answer the calls to the first Service. */
  const answering = async () => {
    const service = await find('Service', 'orders', 'v1');
    const labels = fieldsOf(specOf(service ?? {}).selector) as Labels;
    const { namespace } = stage.target;
    const pods = await stage.cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace, labels });
    return new Set(pods.filter(isReady).map(({ metadata }) => metadata.labels?.['slipway/version']));
  };
  const live = async () => {
    const found = await find('Deployment', 'orders');
    if (found === null) throw new Error('There is no Deployment orders.');
    return found;
  };

  test('a Deployment that a person has paused is refused, and is resumed by a hotfix and by a rollback', async () => {
    await promoted(deployment());
    const pause = async () =>
      void (await stage.cluster.replace({ ...(await live()), spec: { ...specOf(await live()), paused: true } }));
    await pause();
    const second = await rollout(deployment());
    await expect(second.plan()).rejects.toThrow(/was paused by somebody.* rollout resume deployment\/orders/);
    fences += 1;
    const manifests = { folder: await stage.folder([aService(), deployment()]) };
    const wanted = { image: `shop/good:${fences}` };
    const third = rolloutOf(stage, { fence: fences, wanted, manifests, weights: [50], takesOver: true });
    await third.plan();
    await third.promote();
    expect(specOf(await live()).paused ?? false).toBe(false);
    await pause();
    await third.takeBack();
    expect(specOf(await live()).paused ?? false).toBe(false);
  });

  test('a version that a person scaled to nothing in the bake has its pods again before the calls return to it', async () => {
    await promoted(deployment());
    const second = await rollout(deployment());
    await second.plan();
    await second.weigh(50);
    await stage.scaleByHand(await live(), 0);
    await second.takeBack();
    expect(await answering()).toEqual(new Set([second.versions().stable]));
    expect(specOf(await live()).replicas).toBe(2);
  });

  test('a Service whose labels only the pods of one version carry leads to both while both have pods', async () => {
    const versioned = (version: string) => {
      const made = deployment();
      const template = { ...templateOf(made), metadata: { labels: { app: 'orders', version } } };
      return [
        aService('orders', { app: 'orders', version }),
        { ...made, spec: { ...specOf(made), template } },
      ] as const;
    };
    await promoted(...versioned('v1'));
    const second = await rollout(...versioned('v2'));
    const { stable, version } = await second.plan();
    await second.weigh(50);
    expect(await answering()).toEqual(new Set([stable, version]));
    await second.promote();
    expect(await answering()).toEqual(new Set([version]));
    await second.takeBack();
    expect(await answering()).toEqual(new Set([stable]));
  });
}
