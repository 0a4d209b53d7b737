import fc from 'fast-check';
import {
  admitForward,
  admitHolder,
  type Claimed,
  claimed,
  FRESH,
  groundOf,
  holdsSplit,
  homeOf,
  NO_VERSION,
  recordObject,
  recordRef,
  shareOf,
  type WorkloadRecord,
} from '../../src/domain/workload/workload-record.ts';
import { aTarget } from './a-workload.ts';

/** A record in which dep-002 has its canary v2 at 25 %, beside v1. */
function aRecord(change: Partial<WorkloadRecord> = {}): WorkloadRecord {
  return {
    fence: 2,
    deploymentId: 'dep-002',
    closed: false,
    stable: 'v1',
    canary: 'v2',
    canaryPercent: 25,
    was: 0,
    before: 'v1',
    cleared: null,
    accused: null,
    routes: [{ kind: 'replicas' }],
    ...change,
  };
}
const stored = (change: Partial<WorkloadRecord> = {}) => ({ record: aRecord(change), revision: '7' });
const holder = { deploymentId: 'dep-002', fence: 2 };
const cleared = { deploymentId: 'dep-001', percent: 10, revision: '6' };

describe('the writers of a record', () => {
  test('the holder and any later deployment may write the record, and no earlier one', () => {
    expect(() => admitHolder(aRecord(), holder)).not.toThrow();
    expect(() => admitHolder(aRecord(), { deploymentId: 'dep-003', fence: 3 })).not.toThrow();
    expect(() => admitHolder(aRecord(), { deploymentId: 'dep-001', fence: 1 })).toThrow(
      expect.objectContaining({
        name: 'Conflict',
        message:
          'Deployment dep-001 comes too late: the workload belongs to dep-002 now. There is nothing left to do for it.',
      }),
    );
  });

  test('a deployment that was rolled back does not go forward, and the next deployment does', () => {
    const closed = stored({ closed: true });

    expect(() => admitForward(closed, holder)).toThrow(
      expect.objectContaining({ name: 'Conflict', message: expect.stringContaining('dep-002 was taken back') }),
    );
    expect(() => admitForward(closed, { deploymentId: 'dep-003', fence: 3 })).not.toThrow();
    expect(() => admitForward(stored(), holder)).not.toThrow();
    expect(() => admitForward(stored(), { deploymentId: 'dep-001', fence: 1 })).toThrow('comes too late');
  });
});

test('the record is a ConfigMap, whose revision is the precondition of the next write', () => {
  const { apiVersion, kind, metadata, data } = recordObject(aTarget, stored());

  expect({ apiVersion, kind, metadata: { name: metadata.name, namespace: metadata.namespace } }).toEqual(
    recordRef(aTarget),
  );
  expect(metadata).toMatchObject({ name: 'slipway-orders', namespace: 'shop', resourceVersion: '7' });
  expect(metadata.labels).toEqual({
    'slipway/workload': 'orders',
    'slipway/holds': 'record',
    'kor/used': 'true',
  });
  expect(JSON.parse((data as { record: string }).record)).toEqual(aRecord());
  expect(recordObject(aTarget, FRESH).metadata).not.toHaveProperty('resourceVersion');
});

test('a split is stored only as a whole', () => {
  const split = { stable: 'v1', canary: 'v2', canaryPercent: 25 };
  expect(holdsSplit(aRecord(), split)).toBe(true);
  expect(holdsSplit(aRecord(), { ...split, stable: 'v0' })).toBe(false);
  expect(holdsSplit(aRecord(), { ...split, canary: null })).toBe(false);
  expect(holdsSplit(aRecord(), { ...split, canaryPercent: 50 })).toBe(false);
});

test('the shares of the versions are all the calls, and no other version has any', () => {
  expect([shareOf(aRecord(), 'v2'), shareOf(aRecord(), 'v1'), shareOf(aRecord(), 'v9')]).toEqual([25, 75, 0]);
  expect(shareOf(homeOf('v1'), 'v1')).toBe(100);
});

describe('a claim of the record', () => {
  const claim = (change: Partial<Claimed> = {}): Claimed => ({
    holder,
    split: { stable: 'v1', canary: 'v2', canaryPercent: 50 },
    closed: false,
    before: 'v1',
    about: 'v2',
    cleared: null,
    route: { kind: 'replicas' },
    ...change,
  });

  test('a claim says what is wanted, by which deployment, and what the version had before', () => {
    expect(claimed(aRecord(), claim())).toEqual(aRecord({ canaryPercent: 50, was: 25 }));
    const taken = claim({ holder: { deploymentId: 'dep-003', fence: 3 }, split: homeOf('v1'), closed: true });
    expect(claimed(aRecord(), taken)).toEqual(
      aRecord({ fence: 3, deploymentId: 'dep-003', ...homeOf('v1'), closed: true, was: 25 }),
    );
  });

  test('a claim without a version found nothing of a version', () => {
    expect(claimed(aRecord(), claim({ about: null })).was).toBe(0);
  });

  test('a repeated claim is no change, so that the earlier find stays known', () => {
    const once = claimed(aRecord(), claim());
    expect(claimed(once, claim())).toBe(once);
  });

  test.each<[string, Partial<Claimed>]>([
    ['another deployment', { holder: { deploymentId: 'dep-003', fence: 2 } }],
    ['another fence', { holder: { deploymentId: 'dep-002', fence: 3 } }],
    ['the end of going forward', { closed: true }],
    ['another version before', { before: 'v0' }],
    ['another split', { split: homeOf('v1') }],
    ['an accusation', { isCanaryBad: true }],
  ])('a claim of %s is a change', (_what, change) => {
    const once = claimed(aRecord(), claim());
    expect(claimed(once, claim(change))).not.toBe(once);
  });

  test('a claim that adds an accusation keeps the earlier find, and the revision that the ledger knows', () => {
    const back = { split: homeOf('v1'), closed: true };
    const first = claimed(aRecord(), claim(back));
    const accused = claimed(first, claim({ ...back, isCanaryBad: true, revision: '8' }));
    expect(accused).toEqual({ ...first, was: 25, accused: { after: '8' } });
    expect(claimed(accused, claim(back))).toBe(accused);
    expect(claimed(accused, claim({ ...back, isCanaryBad: true, revision: '9' }))).toBe(accused);
  });

  test('a claim keeps an accusation for all orders of one rollback, and for no other deployment', () => {
    const accused = claimed(aRecord(), claim({ closed: true, isCanaryBad: true }));
    expect(accused.accused).toEqual({ after: null });
    expect(claimed(accused, claim({ closed: true, split: homeOf('v1') })).accused).toEqual({ after: null });
    expect(claimed(accused, claim({ closed: false })).accused).toBeNull();
    const other = claim({ holder: { deploymentId: 'dep-003', fence: 3 }, closed: true });
    expect(claimed(accused, other).accused).toBeNull();
  });

  test('a claim keeps the clearing of its own deployment, and no other', () => {
    expect(claimed(aRecord({ cleared }), claim()).cleared).toEqual(cleared);
    expect(claimed(aRecord({ cleared }), claim({ cleared: { ...cleared, percent: 50 } })).cleared?.percent).toBe(50);
    const other = claim({ holder: { deploymentId: 'dep-003', fence: 3 } });
    expect(claimed(aRecord({ cleared }), other).cleared).toBeNull();
  });
});

describe('the ground of a deployment that superseded others', () => {
  const ground = (change: Partial<WorkloadRecord>, clears = ['dep-002']) => groundOf(stored(change), clears);

  test('the ground is the recorded version when there is nothing of the superseded ones', () => {
    expect(groundOf(FRESH, ['dep-002'])).toEqual({ stable: NO_VERSION, cleared: null });
    expect(ground({}, [])).toEqual({ stable: 'v1', cleared: null });
    expect(ground({}, ['dep-001'])).toEqual({ stable: 'v1', cleared: null });
  });

  test.each<[string, Partial<WorkloadRecord>, number]>([
    ['in mid-canary', {}, 25],
    ['in mid-promotion', homeOf('v2'), 100],
    ['with all the calls on its canary', { canaryPercent: 100 }, 100],
    ['already on its way back', { ...homeOf('v1'), closed: true, was: 25 }, 25],
  ])(
    'the ground after one that was %s is the version before it, and its canary’s share is cleared',
    (_when, change, percent) => {
      expect(ground(change)).toEqual({ stable: 'v1', cleared: { deploymentId: 'dep-002', percent, revision: '7' } });
    },
  );

  test('the ground is known by the revision that the first order of the rollback left, whatever came later', () => {
    const accused = { ...homeOf('v1'), closed: true, was: 25, accused: { after: '6' } };
    expect(ground(accused).cleared).toMatchObject({ percent: 25, revision: '6' });
  });

  test('the ground after a first version in the middle of its promotion is no version', () => {
    const first = { ...homeOf('v2'), before: NO_VERSION };
    expect(ground(first)).toMatchObject({ stable: NO_VERSION, cleared: { percent: 100 } });
  });

  test.each<[string, Partial<WorkloadRecord>]>([
    ['was only planned', homeOf('v1')],
    ['went back before it had a canary', { ...homeOf('v1'), closed: true }],
  ])('the ground after one that %s is the same, and its clearing is passed on', (_what, change) => {
    expect(ground(change)).toEqual({ stable: 'v1', cleared: null });
    expect(ground({ ...change, cleared })).toEqual({ stable: 'v1', cleared });
  });
});

test('the shares of the two versions are all the calls after any claims in any order', () => {
  const version = fc.constantFrom('v1', 'v2', 'v3');
  const split = fc.record({
    stable: version,
    canary: fc.option(version),
    canaryPercent: fc.integer({ min: 0, max: 100 }),
  });
  fc.assert(
    fc.property(fc.array(split, { minLength: 1 }), (splits) => {
      let record = FRESH.record;
      for (const [index, { stable, canary, canaryPercent }] of splits.entries()) {
        const wanted = canary === null || canary === stable ? homeOf(stable) : { stable, canary, canaryPercent };
        const claim = { holder: { deploymentId: `dep-${index}`, fence: index + 1 }, split: wanted, closed: false };
        const before = record;
        record = claimed(record, { ...claim, before: 'v1', about: stable, cleared: null, route: { kind: 'replicas' } });
        expect(record.was).toBe(shareOf(before, stable));
        expect(['v1', 'v2', 'v3'].reduce((sum, one) => sum + shareOf(record, one), 0)).toBe(100);
      }
    }),
  );
});
