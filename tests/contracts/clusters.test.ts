import { simulatedCluster } from '../../src/twin/cluster/simulated-cluster.ts';
import { seededRandom } from '../../src/twin/random.ts';
import { virtualScheduler } from '../../src/twin/scheduler.ts';
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

test('a simulated cluster refuses a patch of a missing field, which a real cluster sets', async () => {
  const { clusters, port, close } = aCluster();
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'orders', namespace } };
  await port.apply({ objects: [{ ...service, spec: { ports: [{ port: 80 }] } }] });
  const reached = await clusters.reach('production');
  const brake = (op: 'add' | 'replace', path: string) =>
    reached?.brake({ ref: service, patch: [{ op, path, value: {} }] });
  expect(await brake('replace', '/spec/selector')).toBe('elsewhere');
  expect(await brake('add', '/spec/ports/7/targetPort')).toBe('elsewhere');
  expect(await brake('replace', '/spec/ports/none')).toBe('elsewhere');
  expect(await brake('add', '/spec/selector')).toBe('braked');
  close();
});

test('a simulated cluster can be out of reach of functions, permanently or for a while', async () => {
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
