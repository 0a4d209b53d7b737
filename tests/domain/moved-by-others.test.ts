import {
  afterIntrusion,
  type ExternalMove,
  type FoundSplit,
  intrusionIn,
  watchAfterIntrusion,
} from '../../src/domain/deployment/moved-by-others.ts';
import { liveSplit } from '../../src/domain/deployment/traffic-record.ts';
import { aDeployment, type DeploymentChange, OPENED_AT } from './a-deployment.ts';

const baking: DeploymentChange = { atPercent: 10, progress: { stepIndex: 1 } };
const splitOf = (change: DeploymentChange) => {
  const split = liveSplit(aDeployment(change));
  if (split === null) throw new Error('The deployment has no split');
  return split;
};
const whole = (version: string): FoundSplit => ({
  stable: version,
  canary: null,
  canaryPercent: 0,
  revision: 'of others',
});
const shared = (percent: number): FoundSplit =>
  ({ ...(whole('41') as object), canary: '42', canaryPercent: percent }) as FoundSplit;
const found = (split: FoundSplit, change: DeploymentChange = baking): ExternalMove | null =>
  intrusionIn(aDeployment(change), { split: splitOf(change), found: split });
const after = (split: FoundSplit, change: DeploymentChange = baking) => {
  const intrusion = found(split, change);
  if (intrusion === null) throw new Error('Nothing was found');
  return afterIntrusion(aDeployment(change), { intrusion, split: splitOf(change), now: OPENED_AT + 1 });
};

test.each<[string, FoundSplit, ExternalMove['kind'], number]>([
  ['whole on the canary', whole('42'), 'shared', 100],
  ['at another share', shared(50), 'shared', 50],
  ['whole on stable', whole('41'), 'home', 0],
  ['on a third version', whole('43'), 'foreign', 0],
  ['on a third version beside the canary', { ...(shared(20) as object), stable: '43' } as FoundSplit, 'foreign', 20],
  [
    'with its shares the other way round',
    { ...(whole('42') as object), canary: '41', canaryPercent: 60 } as FoundSplit,
    'shared',
    40,
  ],
  ['not there any more', 'gone', 'foreign', 0],
])('an alias that is %s was moved by others', (_how, split, kind, percent) => {
  expect(found(split)).toMatchObject({ kind, percent });
});

test.each<[string, FoundSplit, DeploymentChange]>([
  ['has the recorded split under another revision', shared(10), baking],
  [
    'has another split under the recorded revision',
    { ...(shared(50) as object), revision: 'revision-1' } as FoundSplit,
    baking,
  ],
  ['has the weight that is due', shared(10), {}],
  ['is whole on the canary, whose promotion is due', whole('42'), { atPercent: 10, progress: { stepIndex: 3 } }],
])('an alias that %s was not moved by others', (_how, split, change) => {
  expect(found(split, change)).toBeNull();
});

test('a reported move is not reported again under a newer revision, and another move is', () => {
  const { deployment } = after(whole('43'));
  const again = (split: FoundSplit) => intrusionIn(deployment, { split: splitOf(baking), found: split });
  expect(again({ ...(whole('43') as object), revision: 'newer' } as FoundSplit)).toBeNull();
  expect(again(whole('44'))).not.toBeNull();
  const { deployment: gone } = after('gone');
  expect(intrusionIn(gone, { split: splitOf(baking), found: 'gone' })).toBeNull();
});

test('a rollout with another share of its two versions is held before its shift, with the share recorded', () => {
  const { deployment, entries } = after(whole('42'));
  expect(deployment).toMatchObject({
    status: 'paused',
    atPercent: 100,
    liveRevision: 'revision-1',
    progress: { stepIndex: 0, pausedAt: OPENED_AT + 1 },
  });
  expect(entries).toMatchObject([
    {
      kind: 'TrafficMovedByOthers',
      by: 'unknown',
      because: expect.stringMatching(/100 % on version 42.*given version 42 10 %.*Resume sets 10 % again/),
      data: { canaryPercent: 100, recordedPercent: 10 },
    },
  ]);
});

test('a rollout beside a third version is held under its own revision, so that Slipway cannot move the version', () => {
  const { deployment } = after(whole('43'));
  expect(deployment).toMatchObject({ status: 'paused', atPercent: 10, liveRevision: 'revision-1' });
});

test('a rollout whose calls were put back on stable ends by an abort', () => {
  const { deployment, entries } = after(whole('41'));
  expect(deployment.signal).toMatchObject({ kind: 'abort', by: 'unknown' });
  expect(entries.map(({ kind }) => kind)).toEqual(['TrafficMovedByOthers', 'SignalReceived']);
});

test('a rollout without a shift behind it starts its first step again', () => {
  const change: DeploymentChange = { spec: { strategy: [{ bake: { minutes: 5 } }, { judge: {} }] } };
  const { deployment, entries } = after(shared(30), change);
  expect(deployment.progress.stepIndex).toBe(0);
  expect(entries[0]?.because).toContain('Resume starts its first step again');
});

test.each<[string, FoundSplit, boolean]>([
  ['a share of its two versions', shared(30), true],
  ['a third version', whole('43'), false],
  ['the version before', whole('41'), false],
])('a watched promotion that has %s now stays watched: %j %s', (_what, split, isWatched) => {
  const change: DeploymentChange = {
    status: 'promoted',
    atPercent: 100,
    progress: { stepIndex: 3 },
    watchUntil: OPENED_AT + 9,
  };
  const intrusion = found(split, change);
  if (intrusion === null) throw new Error('Nothing was found');
  const { deployment, entries } = watchAfterIntrusion(aDeployment(change), {
    intrusion,
    split: splitOf(change),
    now: OPENED_AT + 1,
  });
  expect(deployment.watchUntil).toBe(isWatched ? OPENED_AT + 9 : OPENED_AT + 1);
  expect(entries).toMatchObject([{ kind: 'TrafficMovedByOthers', by: 'unknown' }]);
});

test.each([
  ['gone', 'somebody else had deleted it before'],
  ['100 % on version 43', 'somebody else had given it 100 % on version 43 before'],
])('an earlier change of the alias by others (%s) is recorded as theirs', (others, words) => {
  expect(found(shared(50), { ...baking, progress: { stepIndex: 1, others } })?.fact).toContain(words);
});
