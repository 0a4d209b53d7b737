/** Runs the port Clusters over HTTPS on the real API server, as the account for which the Role of functions is made. */
import { apiServerCluster } from '../../src/kubernetes/api-server.ts';
import type { Door } from '../../src/kubernetes/api-server-request.ts';
import { kubectlCluster } from '../../src/kubernetes/kubectl-cluster.ts';
import { kubectlClusters } from '../../src/kubernetes/kubectl-clusters.ts';
import { clustersContract } from '../contracts/clusters-contract.ts';
import { aNamespace, type Rule } from './a-namespace.ts';
import { accessIn, kubectlSettings } from './kubectl-settings.ts';
import { ruleOf } from './kubectl-stage.ts';

const everything: Rule = { apiGroups: ['*'], resources: ['*'], verbs: ['*'] };

/** The connection data have the token of a service account in place of the token of a role. */
function doorOf(kubeconfig: string): Door {
  const { cluster, user } = accessIn(kubeconfig);
  const authority = Buffer.from(cluster['certificate-authority-data'] ?? '', 'base64').toString('utf8');
  return { server: cluster.server ?? '', authority, token: () => user.token ?? '' };
}

const clustersAt = (kubeconfig: string) => ({ reach: async () => apiServerCluster(doorOf(kubeconfig)) });

test('the kubeconfig of npm start also gives access to the API server, with a token or a certificate', async () => {
  const namespace = await aNamespace();
  const asAdmin = kubectlClusters(kubectlSettings(namespace));
  const asAccount = kubectlClusters(kubectlSettings(namespace, await namespace.kubeconfigFor('reader', [everything])));
  const ref = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: namespace.name } };
  for (const clusters of [asAdmin, asAccount]) expect(await (await clusters.reach('any'))?.get(ref)).toMatchObject(ref);
  await namespace.remove();
});

clustersContract('HTTPS and a real API server', async () => {
  const namespace = await aNamespace();
  let accounts = 0;
  const account = async (rules: readonly Rule[]) => {
    accounts += 1;
    return clustersAt(await namespace.kubeconfigFor(`account-${accounts}`, rules));
  };
  return {
    clusters: await account([everything]),
    cluster: kubectlCluster(kubectlSettings(namespace)),
    namespace: namespace.name,
    restricted: (permissions) => account(permissions.map(ruleOf)),
    close: () => namespace.remove(),
  };
});
