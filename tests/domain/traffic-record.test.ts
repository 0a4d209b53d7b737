import fc from 'fast-check';
import { TRAFFIC_KINDS } from '../../src/domain/deployment/timeline.ts';
import {
  entryForFound,
  entryForTakenBack,
  isOnRecord,
  liveSplit,
  recordTraffic,
} from '../../src/domain/deployment/traffic-record.ts';
import { aDeployment, type DeploymentChange } from './a-deployment.ts';
import { aTarget } from './a-workload.ts';

const order = { by: 'slipway', because: 'Step 1 of 3: 10 % of the calls.' };
const recordedAt = (atPercent: number, foundPercent: number | undefined, toPercent: number) =>
  recordTraffic(aDeployment({ atPercent }), { moved: { revision: 'revision-2', foundPercent }, toPercent, ...order });

test('a shift is one entry, and its new revision is the one for the next shift', () => {
  const { deployment, entries } = recordedAt(0, undefined, 10);

  expect(entries).toEqual([{ kind: 'TrafficShifted', ...order, data: { canaryPercent: 10 } }]);
  expect(deployment).toMatchObject({ atPercent: 10, liveRevision: 'revision-2' });
});

test.each([
  ['up', 0, 10, 'TrafficShifted'],
  ['all the way up', 10, 100, 'Promoted'],
  ['down', 10, 0, 'TrafficTakenBack'],
])('%s from %i to %i is %s', (_way, from, to, kind) => {
  expect(recordedAt(from, undefined, to).entries.map((entry) => entry.kind)).toEqual([kind]);
});

test('a shift that crashed before its record has its entry too, before that of the rollback', () => {
  const { entries } = recordedAt(0, 10, 0);

  expect(entries).toMatchObject([
    {
      kind: 'TrafficShifted',
      because: expect.stringContaining('stopped before recording it'),
      data: { canaryPercent: 10 },
    },
    { kind: 'TrafficTakenBack', because: order.because, data: { canaryPercent: 0 } },
  ]);
});

test('a found share that no step asks for was set by others, and the entry says so', () => {
  const at5 = { atPercent: 5, progress: { stepIndex: 1 } } as const;
  const found = (percent: number, change: DeploymentChange = at5) => {
    const moved = { revision: 'revision-2', foundPercent: percent };
    const [first] = recordTraffic(aDeployment(change), { moved, toPercent: 0, ...order }).entries;
    return [first?.kind, first?.by];
  };

  expect(found(100)).toEqual(['TrafficMovedByOthers', 'unknown']);
  expect(found(50)).toEqual(['TrafficMovedByOthers', 'unknown']);
  expect(found(10)).toEqual(['TrafficShifted', 'unknown']);
  expect(found(100, { ...at5, progress: { stepIndex: 3 } })).toEqual(['Promoted', 'unknown']);
});

test("a promotion that is only found is never recorded as Slipway's alone", () => {
  const deployment = aDeployment({ atPercent: 10, progress: { stepIndex: 3 } });
  const moved = { revision: 'revision-2', foundPercent: 100 };

  expect(recordTraffic(deployment, { moved, toPercent: 100, ...order }).entries).toMatchObject([
    { kind: 'Promoted', by: 'unknown', because: expect.stringContaining('or somebody else did it') },
  ]);
});

test('a weight that is only found on a cluster was set by Slipway, which alone writes the record', () => {
  const spec = { target: { ...aTarget, manifests: { folder: 'deploy' } } };
  const moved = { revision: 'revision-2', foundPercent: 50 };

  expect(recordTraffic(aDeployment({ spec }), { moved, toPercent: 50, ...order }).entries).toMatchObject([
    { kind: 'TrafficShifted', by: 'slipway' },
  ]);
});

test('repeating a shift that was made but not recorded makes one entry, not two', () => {
  expect(recordedAt(0, 10, 10).entries).toHaveLength(1);
});

test('no change is no entry', () => {
  expect(recordedAt(10, undefined, 10).entries).toEqual([]);
  expect(recordedAt(10, 10, 10).entries).toEqual([]);
});

test('the entries always lead from the old weight to the new one, and each is one real change', () => {
  const percent = fc.integer({ min: 0, max: 100 });
  fc.assert(
    fc.property(percent, fc.option(percent, { nil: undefined }), percent, (from, found, to) => {
      const { deployment, entries } = recordedAt(from, found, to);
      const weights = [from, ...entries.map(({ data }) => data?.canaryPercent as number)];

      expect(deployment.atPercent).toBe(to);
      expect(weights.at(-1)).toBe(to);
      expect(weights).toContain(found ?? from);
      for (const [index, entry] of entries.entries()) {
        const [before, after] = [weights[index] as number, weights[index + 1] as number];
        expect([...TRAFFIC_KINDS, 'TrafficMovedByOthers']).toContain(entry.kind);
        expect(after).not.toBe(before);
        if (entry.kind !== 'TrafficMovedByOthers') expect(entry.kind === 'TrafficTakenBack').toBe(after < before);
      }
    }),
  );
});

test('a weight that was found before a rollback is a shift like any other', () => {
  expect(entryForFound(10)).toMatchObject({ kind: 'TrafficShifted', data: { canaryPercent: 10 } });
  expect(entryForFound(100)).toMatchObject({ kind: 'Promoted', data: { canaryPercent: 100 } });
});

test.each([
  ['revision-2', 0, true],
  ['revision-2', 10, false],
  ['revision-1', 0, false],
])('with %s recorded at %i %%, a move to 0 %% under revision-2 is on record: %s', (liveRevision, atPercent, known) => {
  const moved = { revision: 'revision-2', foundPercent: 10 };
  expect(isOnRecord(aDeployment({ liveRevision, atPercent }), { moved, toPercent: 0 })).toBe(known);
});

test('a move that a concurrent writer has recorded is not recorded again', () => {
  const deployment = aDeployment({ liveRevision: 'revision-2', atPercent: 0 });
  const moved = { revision: 'revision-2', foundPercent: 10 };

  expect(recordTraffic(deployment, { moved, toPercent: 0, ...order })).toEqual({ deployment, entries: [] });
});

test('on a cluster the found step may have been in progress, and its entry says so instead', () => {
  const moved = { revision: 'revision-2', foundPercent: 25 };
  const found = { moved, toPercent: 0, foundBecause: 'It was on its way there when it turned back.', ...order };

  expect(recordTraffic(aDeployment(), found).entries).toEqual([
    { kind: 'TrafficShifted', by: 'slipway', because: found.foundBecause, data: { canaryPercent: 25 } },
    { kind: 'TrafficTakenBack', ...order, data: { canaryPercent: 0 } },
  ]);
});

test('the split of an alias is known once both versions and its revision are', () => {
  const { target } = aDeployment().spec;
  expect(liveSplit(aDeployment())).toMatchObject({ target, stable: '41', canary: '42', revision: 'revision-1' });
});

test.each<[string, DeploymentChange]>([
  ['without a version before', { stable: null }],
  ['without a version', { canary: null }],
  ['without a revision', { liveRevision: null }],
  ['on a cluster', { spec: { target: { ...aTarget, manifests: { folder: 'deploy' } } } }],
])('a deployment %s splits no alias', (_what, change) => {
  expect(liveSplit(aDeployment(change))).toBeNull();
});

test('a rollback that another process recorded first has its own entry, by the one that made it', () => {
  expect(entryForTakenBack({ from: 5, by: 'alarm red', because: 'It turned red' })).toEqual({
    kind: 'TrafficTakenBack',
    by: 'alarm red',
    because: 'It turned red',
    data: { canaryPercent: 0 },
  });
});
