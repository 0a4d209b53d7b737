import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import { kubectlCluster } from '../../src/kubernetes/kubectl-cluster.ts';
import { aStandIn } from './a-stand-in.ts';

const kubectl = aStandIn();
afterAll(() => kubectl.remove());

const cluster = kubectlCluster({ kubectl: kubectl.program, environment: {} });
const orders: ClusterObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'orders', namespace: 'shop' },
};
const settings: ClusterObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings', namespace: 'shop' },
};

test('diff returns the output of the program diff, without the names of temporary files and the time', async () => {
  const one = (name: string) =>
    `diff -u -N /tmp/a b/LIVE-400558/${name} /tmp/a b/MERGED-104040/${name}\n` +
    `--- /tmp/a b/LIVE-400558/${name}\t2026-11-24 14:41:03.539959615 +0000\n` +
    `+++ /tmp/a b/MERGED-104040/${name}\t2026-11-24 14:41:03.539959615 +0000\n@@ -1 +1 @@\n-a: 1\n+a: 2\n`;
  kubectl.says({ stdout: one('apps.v1.Deployment.shop.orders') + one('v1.ConfigMap.shop.settings'), code: 1 }, {});
  expect(await cluster.diff([])).toBe('');
  expect(await cluster.diff([orders, settings])).toBe(
    '--- live/apps.v1.Deployment.shop.orders\n+++ applied/apps.v1.Deployment.shop.orders\n@@ -1 +1 @@\n-a: 1\n+a: 2\n' +
      '--- live/v1.ConfigMap.shop.settings\n+++ applied/v1.ConfigMap.shop.settings\n@@ -1 +1 @@\n-a: 1\n+a: 2\n',
  );
  expect(await cluster.diff([orders])).toBe('');
  const [first] = kubectl.heard();
  expect(first?.args.join(' ')).toBe(
    '--request-timeout=20000ms diff --server-side --field-manager=slipway --filename=-',
  );
  expect(first?.input.split('\n').map((line) => JSON.parse(line))).toEqual([orders, settings]);
});

test.each([
  [{ stderr: 'Error from server (NotFound): namespaces "shop" not found', code: 2 }, 'NotFound'],
  [{ stderr: 'error: failed to run "diff": executable file not found in $PATH', code: 2 }, 'Broken'],
  [{ stderr: 'error: You must be logged in to the server (Unauthorized)', code: 1 }, 'Broken'],
])('a diff that fails is an error, and not an empty difference (%#)', async (saying, name) => {
  kubectl.says(saying);
  await expect(cluster.diff([orders])).rejects.toMatchObject({
    name,
    message: expect.stringContaining('Could not compare Deployment shop/orders with the cluster: '),
  });
});
