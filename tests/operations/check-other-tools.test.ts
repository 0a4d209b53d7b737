import { checkService } from '../../src/operations/opening/check-service.ts';
import { checkOtherTools } from '../../src/operations/steps/check-other-tools.ts';
import { aService, onRoute } from '../domain/a-workload.ts';
import { aClusterScene, clusterTarget } from './a-cluster-rollout.ts';

async function besideArgo() {
  const scene = await aClusterScene();
  const { cluster } = scene.cloud;
  cluster.addNamespace('shop');
  const made = aService();
  const annotations = { 'argocd.argoproj.io/tracking-id': 'shop:/Service:shop/orders' };
  const metadata = { ...made.metadata, namespace: 'shop', annotations };
  cluster.applyByHand({ manager: 'argocd-controller', object: { ...made, metadata } });
  return scene;
}

test('a Service that another tool has in its source is a finding, with the setting that the tool needs', async () => {
  const { ports } = await besideArgo();
  expect(await checkOtherTools(ports, { ...clusterTarget, ...onRoute({ kind: 'httpRoute', name: 'front' }) })).toEqual([
    {
      severity: 'warning',
      check: 'managedByOthers',
      subject: 'shop/orders on production',
      detail: expect.stringMatching(/^Service shop\/orders is in Argo CD application shop.*ignoreDifferences/),
    },
  ]);
});

test('the check finds nothing and does not fail when functions do not reach the cluster or may not read it', async () => {
  const { ports, cloud } = await besideArgo();
  cloud.cluster.deny({ verb: 'get', resource: 'services' });
  expect(await checkOtherTools(ports, clusterTarget)).toEqual([]);
  cloud.cluster.setReachable(false);
  expect(await checkOtherTools(ports, clusterTarget)).toEqual([]);
});

test('the check of a service names the other tool', async () => {
  const { ports } = await besideArgo();
  const findings = await checkService(ports, { name: 'checkout' });
  expect(findings.map(({ check }) => check)).toContain('managedByOthers');
});
