import fc from 'fast-check';
import { TRAFFIC_KINDS } from '../../src/domain/timeline.ts';
import { entryForFound, isOnRecord, recordTraffic } from '../../src/domain/traffic-record.ts';
import { aDeployment } from './a-deployment.ts';

const order = { by: 'slipway', because: 'Step 1 of 3: 10 % of the calls.' };
const recordedAt = (atPercent: number, foundPercent: number | undefined, toPercent: number) =>
  recordTraffic(aDeployment({ atPercent }), { moved: { revision: 'revision-2', foundPercent }, toPercent, ...order });

test('a shift is one entry, and the revision after it is the next lock', () => {
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

test('a shift whose author crashed before recording it has its entry too, before that of the way back', () => {
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

test('repeating a shift that was made but not recorded makes one entry, not two', () => {
  expect(recordedAt(0, 10, 10).entries).toHaveLength(1);
});

test('no change is no entry', () => {
  expect(recordedAt(10, undefined, 10).entries).toEqual([]);
  expect(recordedAt(10, 10, 10).entries).toEqual([]);
});

test('the entries always lead from the old weight to the new one, one change each, and none of them changes nothing', () => {
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
        expect(TRAFFIC_KINDS).toContain(entry.kind);
        expect(after).not.toBe(before);
        expect(entry.kind === 'TrafficTakenBack').toBe(after < before);
      }
    }),
  );
});

test('a weight that was found before it was taken back is a shift like any other', () => {
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
