import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import { versionAfterVersion } from '../contracts/version-after-version.ts';
import { versionChangesContract } from '../contracts/version-changes-contract.ts';
import { versionContract } from '../contracts/version-contract.ts';
import { aDeploymentObject, aService } from '../domain/a-workload.ts';
import { rolloutOf } from '../operations/a-workload-rollout.ts';
import { kubectlVersionStage } from './kubectl-version-stage.ts';

describe('kubectl and a real API server', () => versionContract(kubectlVersionStage));
describe('the changes of a version are rolled back, and deployed again, on a real API server', () =>
  versionChangesContract(kubectlVersionStage));
describe('one version follows the other on a real API server', () => versionAfterVersion(kubectlVersionStage));

test('the volume claim of a version exists for its canary, and stays with its data after a rollback', async () => {
  const stage = await kubectlVersionStage({ route: { kind: 'replicas' } });
  const claim: ClusterObject = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'orders-data' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  };
  const own = [aService(), aDeploymentObject({ replicas: 1, containers: [{ name: 'app', image: 'shop/good:0' }] })];
  const rollout = async (fence: number, objects: readonly ClusterObject[]) => {
    const manifests = { folder: await stage.folder(objects) };
    return rolloutOf(stage, { fence, wanted: { image: `shop/good:${fence}` }, manifests, weights: [50] });
  };
  const first = await rollout(1, own);
  await first.plan();
  await first.promote();
  const second = await rollout(2, [...own, claim]);
  expect((await second.plan()).notes).toEqual([expect.stringMatching(/orders-data may come to hold data, .* never/)]);
  const there = { ...claim, metadata: { ...claim.metadata, namespace: stage.target.namespace } };
  expect(await stage.cluster.get(there)).toBeNull();
  await second.weigh(50);
  expect(await stage.cluster.get(there)).not.toBeNull();
  await second.takeBack();
  expect(await stage.cluster.get(there)).not.toBeNull();
  await stage.close();
});
