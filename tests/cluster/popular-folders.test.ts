/** Deploys folders like those of popular examples, each in its own namespace, under the Role of k8s/access. */
import { POPULAR_FOLDERS } from '../folders/popular-folders.ts';
import { aNamespace } from './a-namespace.ts';
import { ONE, TWO } from './a-scene.ts';
import { aSlipway } from './a-slipway.ts';

const manifestsRoot = 'tests/folders';
const strategy = [{ setWeight: 50 }, { bake: { seconds: 1 } }];

test.each(POPULAR_FOLDERS)(
  'folder $folder is deployed as workload $workload, or refused with the next step',
  async (popular) => {
    const { folder, workload: name, outcome, there = [], notThere = [] } = popular;
    const namespace = await aNamespace();
    const slipway = await aSlipway({ namespace, manifestsRoot });
    try {
      await slipway.register({ name, strategy, target: { manifests: { folder }, readyWithin: { minutes: 2 } } });
      const shown = await slipway.ended(await slipway.deploy(name, ONE));
      if ('refused' in outcome) {
        const failure = shown.timeline.find(({ kind }) => kind === 'TaskFailed');
        expect(failure?.because).toMatch(outcome.refused);
        return;
      }
      expect([shown.status, shown.because]).toEqual(['promoted', expect.stringContaining('got all the traffic')]);
      expect(await slipway.ended(await slipway.deploy(name, TWO))).toMatchObject({ status: 'promoted' });
      expect(await slipway.pods(name)).toEqual({ [TWO]: outcome.pods });
      for (const named of there) await namespace.read(...partsOf(named));
      for (const named of notThere) await expect(namespace.read(...partsOf(named))).rejects.toThrow('not found');
    } finally {
      await slipway.close();
      await namespace.remove();
    }
  },
);

function partsOf(named: string): [kind: string, name: string] {
  const [kind = '', name = ''] = named.split(' ');
  return [kind, name];
}
