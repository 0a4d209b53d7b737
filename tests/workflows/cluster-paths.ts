import type { KubernetesTarget } from '../../src/domain/service/service-spec.ts';
import type { Path } from './a-path.ts';
import { MINUTE, SECOND, type Stage } from './a-stage.ts';

const target: KubernetesTarget = {
  kind: 'kubernetes',
  cluster: 'production',
  namespace: 'shop',
  workload: 'checkout',
  route: { kind: 'replicas' },
  manifests: { port: 8080, replicas: 3, environment: {}, secrets: [] },
  readyWithin: { minutes: 2 },
};
const strategy = [{ setWeight: 25 }, { bake: { minutes: 5 } }, { setWeight: 50 }, { bake: { minutes: 5 } }];
const spec = { target, strategy };

/** Puts the first version live at once, and starts the rollout of the second. */
async function deploySecond(stage: Stage, image: string): Promise<string> {
  await stage.deploy({ artifact: { image: 'good:1' } });
  await stage.pass(2 * MINUTE);
  expect(stage.pods()).toEqual({ 'good:1': 3 });
  return stage.deploy({ artifact: { image } });
}

/** Paths on a cluster, each with the pods of both versions counted. */
export const clusterPaths: readonly Path[] = [
  {
    claim: 'a good version goes from 25 to 50 to 100 %, pod by pod',
    stage: { spec },
    async play(stage) {
      const id = await deploySecond(stage, 'good:2');
      await stage.pass(2 * MINUTE);
      expect(stage.pods()).toEqual({ 'good:1': 3, 'good:2': 1 });
      await stage.pass(5 * MINUTE);
      expect(stage.pods()).toEqual({ 'good:1': 3, 'good:2': 3 });
      await stage.pass(7 * MINUTE);
      expect(stage.pods()).toEqual({ 'good:2': 3 });
      return id;
    },
    endsIn: 'Promoted',
  },
  {
    claim: 'a red alarm ends the bake, and no pod of the canary is left',
    stage: { spec },
    async play(stage) {
      const id = await deploySecond(stage, 'good:2');
      await stage.pass(2 * MINUTE);
      stage.turnRed();
      await stage.pass(30 * SECOND);
      expect(stage.pods()).toEqual({ 'good:1': 3 });
      return id;
    },
    endsIn: 'RolledBack',
  },
  {
    claim: 'an image that cannot be pulled ends as failed with its reason, and stable has not lost a pod',
    stage: { spec },
    async play(stage) {
      const id = await deploySecond(stage, 'missing:2');
      await stage.pass(3 * MINUTE);
      expect(stage.pods()).toEqual({ 'good:1': 3 });
      expect(stage.deployment(id).because).toMatch(/missing:2 is in ImagePullBackOff/);
      return id;
    },
    endsIn: 'Failed',
  },
  {
    claim: 'pods that never become ready end as failed when their time is over',
    stage: { spec },
    async play(stage) {
      const id = await deploySecond(stage, 'unready:2');
      await stage.pass(5 * MINUTE);
      expect(stage.pods()).toEqual({ 'good:1': 3 });
      expect(stage.deployment(id).because).toMatch(/readiness probe does not pass.*It had 2 minutes/);
      return id;
    },
    endsIn: 'Failed',
  },
  {
    claim:
      'a build without a machine is started again, and a task that dies before its plan ends the rollout as failed',
    stage: {
      spec,
      refusedBuilds: [1, 2],
      clusterFaults: { script: [{ fault: 'crashAfter', method: 'replace', nth: 5 }] },
    },
    async play(stage) {
      const id = await deploySecond(stage, 'good:2');
      await stage.pass(3 * MINUTE);
      expect(stage.pods()).toEqual({ 'good:1': 3 });
      expect(stage.kinds(id)).toContain('TaskFailed');
      return id;
    },
    endsIn: 'Failed',
  },
  {
    claim: 'a second deployment supersedes the first one, and removes its canary',
    stage: { spec },
    async play(stage) {
      const first = await deploySecond(stage, 'good:2');
      await stage.pass(2 * MINUTE);
      const id = await stage.deploy({ artifact: { image: 'good:3' }, supersede: true });
      await stage.pass(MINUTE);
      expect(stage.pods()).toEqual({ 'good:1': 3, 'good:3': 1 });
      expect(stage.status(first)).toBe('superseded');
      await stage.pass(15 * MINUTE);
      return id;
    },
    endsIn: 'Promoted',
  },
  {
    claim: 'pods that may take longer than Lambda compute allows are waited for on another compute',
    stage: { spec: { ...spec, target: { ...target, readyWithin: { minutes: 10 } } } },
    async play(stage) {
      const id = await deploySecond(stage, 'good:2');
      await stage.pass(15 * MINUTE);
      return id;
    },
    endsIn: 'Promoted',
  },
];

/** Paths of the machine rollback on a cluster. */
export const clusterRollbackPaths: readonly Path[] = [
  {
    claim: 'a rollback after success restores the version before, with its environment',
    stage: { spec },
    async play(stage) {
      const second = await deploySecond(stage, 'good:2');
      await stage.signal(second, 'promote');
      await stage.pass(3 * MINUTE);
      expect(stage.pods()).toEqual({ 'good:2': 3 });
      const { id } = await stage.rollBack();
      await stage.pass(3 * MINUTE);
      expect(stage.pods()).toEqual({ 'good:1': 3 });
      expect(stage.deployment(second).replacedBy).toBe(id);
      return id;
    },
    endsIn: 'RolledBack',
  },
  {
    claim: 'an alarm within the watch undoes the promotion',
    stage: { spec },
    async play(stage) {
      const second = await deploySecond(stage, 'good:2');
      await stage.signal(second, 'promote');
      await stage.pass(3 * MINUTE);
      expect(stage.status(second)).toBe('promoted');
      stage.turnRed();
      await stage.pass(2 * MINUTE);
      expect(stage.pods()).toEqual({ 'good:1': 3 });
      return stage.deployment(second).replacedBy ?? '';
    },
    endsIn: 'RolledBack',
  },
];
