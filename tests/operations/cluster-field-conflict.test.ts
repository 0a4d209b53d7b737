import type { Manifests, Route } from '../../src/domain/service/service-spec.ts';
import { aDeploymentObject } from '../domain/a-workload.ts';
import { aLiveWorkload, type Workload } from './a-workload.ts';
import { SPLITS } from './a-workload-crash.ts';
import { ownFolder } from './a-workload-folder.ts';

const manifests: Manifests = { folder: 'deploy' };
const live = (route: Route) => aLiveWorkload({ route, manifests, folders: { deploy: ownFolder() } });

/** A change as kubectl makes it: each verb has its own name as field manager. */
const byHand = ({ cluster, ref }: Pick<Workload, 'cluster' | 'ref'>, manager: string, spec: object) =>
  cluster.changeByHand({ manager, ref: ref('Deployment'), change: { spec } });
const withContainer = (container: object) => ({
  template: { spec: { containers: [{ ...aContainer(), ...container }] } },
});
const aContainer = () => {
  const { spec } = aDeploymentObject() as unknown as { spec: { template: { spec: { containers: object[] } } } };
  return { ...spec.template.spec.containers[0], image: 'good:1' };
};

const HANDS: readonly (readonly [verb: string, manager: string, change: object, next: RegExp])[] = [
  [
    'kubectl set image',
    'kubectl-set',
    withContainer({ image: 'good:0' }),
    /manager|"kubectl-set".*image.* Deploy again with "hotfix": true, which takes them over: what the manifests say/s,
  ],
  [
    'kubectl edit',
    'kubectl-edit',
    withContainer({ image: 'good:0' }),
    /"kubectl-edit".*Deploy again with "hotfix": true/s,
  ],
];

describe.each(SPLITS)('where calls are split by $kind', (route) => {
  test.each(HANDS)(
    'after %s a deployment is refused, and the hotfix that the refusal names succeeds',
    async (...hand) => {
      const [, manager, change, says] = hand;
      const workload = await live(route);
      byHand(workload, manager, change);
      await workload.pass(60_000);
      const before = workload.cluster.objects();
      await expect(workload.rollout('good:2', { fence: 2 }).plan()).rejects.toMatchObject({
        name: 'Conflict',
        message: expect.stringMatching(says),
      });
      expect(workload.cluster.objects()).toEqual(before);

      const hotfix = workload.rollout('good:2', { fence: 2, takesOver: true });
      await hotfix.plan();
      if (route.kind !== 'blueGreen') await hotfix.weigh(25);
      await hotfix.promote();
      expect(workload.pods()).toEqual({ 'good:2': 3 });

      // After the hotfix, Slipway owns the fields again.
      const next = workload.rollout('good:3', { fence: 3 });
      await next.plan();
      await next.promote();
      expect(workload.pods()).toEqual({ 'good:3': 3 });
    },
  );
});

test('the live version under an image that a person has set is refused, with the way to restore it', async () => {
  const workload = await live({ kind: 'replicas' });
  byHand(workload, 'kubectl-set', withContainer({ image: 'good:0' }));
  await workload.pass(60_000);
  await expect(workload.rollout('good:1', { fence: 2 }).plan()).rejects.toMatchObject({
    name: 'Conflict',
    message: expect.stringMatching(
      /is live already, but somebody has set another image by hand: good:0. Put it back with kubectl --namespace shop rollout undo deployment\/orders, or deploy another version with "hotfix": true/,
    ),
  });
});

test('a field that a manifest may leave out can keep the value that a person has set', async () => {
  const workload = await aLiveWorkload({
    manifests,
    folders: {
      deploy: ownFolder({ more: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { k: '1' } }] }),
    },
  });
  const { cluster, ref } = workload;
  cluster.changeByHand({ manager: 'kubectl-edit', ref: ref('ConfigMap', 'a'), change: { data: { k: '2' } } });
  await expect(workload.rollout('good:2', { fence: 2 }).plan()).rejects.toThrow(
    /Deploy again with "hotfix": true, which takes them over; or leave them out of the manifests, if they are to stay/,
  );
});

test('a field that a brake has set belongs to Slipway, and is no conflict for the next deployment', async () => {
  const workload = await live({ kind: 'replicas' });
  const ref = workload.ref('Service');
  const selector = { app: 'orders', 'slipway/track': 'stable' };
  workload.cluster.changeByHand({ manager: 'slipway-brake', ref, change: { spec: { selector } } });
  const rollout = workload.rollout('good:2', { fence: 2 });
  await rollout.plan();
  await rollout.promote();
  expect(workload.pods()).toEqual({ 'good:2': 3 });
});
