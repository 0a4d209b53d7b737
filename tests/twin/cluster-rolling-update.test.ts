import fc from 'fast-check';
import { planRollingUpdate, rollingLimits, type SetCount } from '../../src/twin/cluster/workloads/rolling-update.ts';

const total = (sets: readonly SetCount[]) => sets.reduce((sum, { replicas }) => sum + replicas, 0);

test.each([
  { maxSurge: '25%', maxUnavailable: '25%', desired: 3, limits: { maxSurge: 1, maxUnavailable: 0 } },
  { maxSurge: '25%', maxUnavailable: '25%', desired: 10, limits: { maxSurge: 3, maxUnavailable: 2 } },
  { maxSurge: 1, maxUnavailable: '50%', desired: 3, limits: { maxSurge: 1, maxUnavailable: 1 } },
  { maxSurge: 0, maxUnavailable: '10%', desired: 3, limits: { maxSurge: 0, maxUnavailable: 1 } },
])(
  'with $desired pods, surge $maxSurge and unavailable $maxUnavailable the limits are $limits',
  ({ desired, limits, ...given }) => {
    expect(rollingLimits(given, desired)).toEqual(limits);
  },
);

test('a step of a rolling update never makes too many pods, and never removes a pod that is needed', () => {
  const set = (name: string) =>
    fc
      .tuple(fc.nat(6), fc.nat(6))
      .map(([replicas, available]) => ({ name, replicas, available: Math.min(available, replicas) }));
  const limits = fc
    .record({ maxSurge: fc.nat(3), maxUnavailable: fc.nat(3) })
    .filter(({ maxSurge, maxUnavailable }) => maxSurge + maxUnavailable > 0);
  const update = fc.record({
    desired: fc.nat(6),
    limits,
    fresh: set('fresh'),
    old: fc.tuple(set('old'), set('older')),
  });
  fc.assert(
    fc.property(update, ({ desired, limits, fresh, old }) => {
      const sizes = planRollingUpdate({ desired, limits, fresh, old });
      const before = [fresh, ...old];
      const after = before.map((one) => ({ ...one, replicas: sizes.get(one.name) ?? one.replicas }));
      const grown = total(after) - total(before);
      if (grown > 0) expect(total(after)).toBeLessThanOrEqual(desired + limits.maxSurge);
      const oldAfter = after.slice(1);
      const taken = total(old) - total(oldAfter);
      const left = oldAfter.reduce(
        (sum, { replicas, available }) => sum + Math.min(replicas, available),
        fresh.available,
      );
      if (taken > 0 && left < fresh.available + old.reduce((sum, { available }) => sum + available, 0)) {
        expect(left).toBeGreaterThanOrEqual(desired - limits.maxUnavailable);
      }
    }),
  );
});

test('a rolling update whose pods all become ready ends, step by step, with only new pods', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(3), fc.nat(3), (desired, maxSurge, maxUnavailable) => {
      const limits = rollingLimits({ maxSurge, maxUnavailable }, desired);
      let sets: SetCount[] = [
        { name: 'fresh', replicas: 0, available: 0 },
        { name: 'old', replicas: desired, available: desired },
      ];
      for (let step = 0; step < 100; step += 1) {
        const [fresh, ...old] = sets as [SetCount, ...SetCount[]];
        const sizes = planRollingUpdate({ desired, limits, fresh, old });
        sets = sets.map(({ name, replicas }) => ({ name, replicas: sizes.get(name) ?? replicas }) as SetCount);
        sets = sets.map((set) => ({ ...set, available: set.replicas }));
      }
      expect(sets.map(({ replicas }) => replicas)).toEqual([desired, 0]);
    }),
  );
});
