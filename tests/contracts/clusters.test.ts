import { simulatedCluster } from '../../src/rehearsal/cluster/simulated-cluster.ts';
import { seededRandom } from '../../src/rehearsal/random.ts';
import { virtualScheduler } from '../../src/rehearsal/scheduler.ts';
import { clustersContract } from './clusters-contract.ts';

const namespace = 'shop';

function aCluster() {
  const scheduler = virtualScheduler({ startAt: Date.UTC(2030, 0, 1) });
  return simulatedCluster({ scheduler, random: seededRandom('clusters'), namespaces: [namespace] });
}

clustersContract('the simulated cluster', async () => {
  const simulated = aCluster();
  return {
    clusters: simulated.clusters,
    cluster: simulated.port,
    namespace,
    restricted: async (permissions) => simulated.restrictedClusters(permissions),
    close: async () => simulated.close(),
  };
});

test('a simulated cluster can be out of reach of functions, for good or for a while', async () => {
  const { clusters, setReachable, goAway, close } = aCluster();
  setReachable(false);
  expect(await clusters.reach('production')).toBeNull();
  setReachable(true);
  const reached = await clusters.reach('production');
  goAway(Number.POSITIVE_INFINITY);
  const ref = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'orders', namespace } };
  await expect(reached?.brake({ ref, patch: [] })).rejects.toMatchObject({ name: 'Transient' });
  close();
});
