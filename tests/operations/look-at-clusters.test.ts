import type { Deployment } from '../../src/domain/deployment/deployment.ts';
import { lookAtClusters } from '../../src/operations/judging/look-at-clusters.ts';
import { aPodScene } from './a-pod-scene.ts';

async function counted() {
  const on = await aPodScene({ spec: { strategy: [{ setWeight: 25 }, { bake: { minutes: 30 } }] } });
  const deployment = on.scene.deployment(await on.deploy(2));
  const lists: string[] = [];
  const clusters = {
    async reach(name: string) {
      const cluster = await on.scene.ports.clusters.reach(name);
      if (cluster === null) return null;
      const list: typeof cluster.list = (query) => {
        lists.push(`${query.kind} in ${query.namespace}`);
        return cluster.list(query);
      };
      return { ...cluster, list };
    },
  };
  const look = (deployments: readonly Deployment[], waitToken: string | null = 'token') =>
    lookAtClusters(
      { clusters },
      { inFlight: deployments.map((each) => ({ deployment: each, waitToken })), now: on.scene.now() },
    );
  return { deployment, lists, look, on };
}

test('rollouts that share a namespace cost one list of pods for each look', async () => {
  const { deployment, lists, look } = await counted();
  const looks = await look(['one', 'two', 'three'].map((id) => ({ ...deployment, id })));

  expect([...looks.keys()]).toEqual(['one', 'two', 'three']);
  expect(lists).toEqual(['Pod in shop']);
});

test('a rollout without calls on its canary, at work or with a signal costs no request', async () => {
  const { deployment, lists, look } = await counted();
  const signal = { kind: 'pause', because: 'lunch', by: 'ada', at: 0 } as const;
  await look([
    { ...deployment, atPercent: 0 },
    { ...deployment, signal },
    { ...deployment, status: 'rollingBack' },
  ]);
  await look([deployment], null);

  expect(lists).toEqual([]);
});

test('a cluster that does not answer has no look, and fails nothing', async () => {
  const { deployment, look, on } = await counted();
  on.cluster.goAway(on.scene.now() + 60_000);
  expect((await look([deployment])).size).toBe(0);
});
