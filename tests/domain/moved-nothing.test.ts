/** What the record says about a rollout that failed before it moved a call, and what it says about every other end. */
import {
  type Deployment,
  hasEndedOnStable,
  hasLostControl,
  liveOnRecord,
} from '../../src/domain/deployment/deployment.ts';
import { planChange } from '../../src/domain/deployment/ledger.ts';
import { decideSettlement, settle } from '../../src/domain/deployment/settlement.ts';
import { RETREATS } from '../../src/domain/deployment/signal.ts';
import { liveDeployment } from '../../src/domain/deployment/target-history.ts';
import { type EntryKind, messagesFor, type TimelineEntry } from '../../src/domain/deployment/timeline.ts';
import { recordTraffic } from '../../src/domain/deployment/traffic-record.ts';
import { wayBackLost } from '../../src/domain/deployment/way-back.ts';
import { quarantineReason } from '../../src/domain/pipeline/quarantine.ts';
import { aDeployment, aSignal, type DeploymentChange, OPENED_AT } from './a-deployment.ts';
import { aTarget } from './a-workload.ts';

const unmoved = { isUnmoved: true } as const;
const onCluster = { ...aTarget, manifests: { folder: 'deploy' } };
const goingBack: DeploymentChange = { status: 'rollingBack', because: 'The image is gone', progress: unmoved };
const failed = aDeployment({ ...goingBack, status: 'failed' });

test('a rollout that ends by itself before any call moved is failed, and says that no call moved', () => {
  expect(settle(aDeployment(goingBack), OPENED_AT)).toMatchObject({
    deployment: { status: 'failed', because: 'The image is gone. No call had moved to the new version.' },
    entries: [{ kind: 'DeploymentFailed', data: { stable: '41', canary: '42', hasMovedNothing: true } }],
  });
  const without = settle(aDeployment({ ...goingBack, because: null }), OPENED_AT);
  expect(without?.deployment.because).toBe('It could not go on. No call had moved to the new version.');
});

test.each<[string, DeploymentChange]>([
  ...RETREATS.map((kind): [string, DeploymentChange] => [`somebody asked for ${kind}`, { signal: aSignal(kind) }]),
  ['an alarm asked for it', { signal: aSignal('rollBack', { by: 'alarm checkout-errors' }) }],
  ['an older Slipway opened it', { progress: {} }],
  ['it is a rollback', { kind: 'rollback' }],
])('a deployment that ends without a call on its version is rolled back when %s', (_when, change) => {
  expect(decideSettlement(aDeployment({ ...goingBack, ...change }))).toBe('rolledBack');
});

test.each<EntryKind>(['TrafficShifted', 'TrafficTakenBack', 'Promoted', 'TrafficMovedByOthers'])(
  'after the entry %s it is not certain any more that no call moved',
  (kind) => {
    const stored = aDeployment(goingBack);
    const draft = { kind, by: 'slipway', because: 'It moved.' };
    const change = (entries: readonly (typeof draft)[]) =>
      planChange(stored, { deployment: stored, entries, at: OPENED_AT }).deployment;
    expect(decideSettlement(change([draft]))).toBe('rolledBack');
    expect(decideSettlement(change([{ ...draft, kind: 'BakeStarted' }]))).toBe('failed');
  },
);

test('a strange revision of an alias leaves open whether calls had moved; the record of a workload tells it', () => {
  const back = (change: DeploymentChange, foundPercent: number | undefined) => {
    const order = { toPercent: 0, by: 'slipway', because: 'It could not go on' };
    const moved = { revision: 'revision-2', foundPercent };
    return decideSettlement(recordTraffic(aDeployment({ ...goingBack, ...change }), { moved, ...order }).deployment);
  };
  expect(back({}, undefined)).toBe('failed');
  expect(back({}, 0)).toBe('rolledBack');
  expect(back({ spec: { target: onCluster } }, 0)).toBe('failed');
});

const hasMoved = (deployment: Deployment) => ({
  lost: hasLostControl(deployment),
  isOnStable: hasEndedOnStable(deployment),
});

test('a failure that moved nothing leaves the calls where they were, and any other failure may not', () => {
  expect(hasMoved(failed)).toEqual({ lost: false, isOnStable: true });
  expect(hasMoved(aDeployment({ status: 'failed' }))).toEqual({ lost: true, isOnStable: false });
  for (const way of [{ inOtherHands: 'Ada moved it.' }, { noWayBack: 'It is gone.' }]) {
    const { deployment } = wayBackLost(aDeployment(goingBack), { way, now: OPENED_AT });
    expect(hasMoved(deployment)).toEqual({ lost: true, isOnStable: false });
  }
});

test('the version that was live before is live after a failure that moved nothing', () => {
  const promoted = aDeployment({ status: 'promoted', stable: '40', canary: '41', liveRevision: '7' });
  expect(liveOnRecord([{ ...failed, liveRevision: '8' }, promoted])).toEqual({ version: '41', revision: '8' });
  expect(liveOnRecord([{ ...failed, stable: null }, promoted])).toEqual({ version: '41', revision: '7' });
  expect(liveOnRecord([aDeployment({ status: 'failed' }), promoted])).toBeNull();
});

test('on a cluster, a failure that moved nothing does not hide the promotion before it', () => {
  const spec = { target: onCluster };
  const promoted = aDeployment({ id: 'dep-0', status: 'promoted', stable: 'v1', canary: 'v2', spec });
  const after = (change: DeploymentChange) => {
    const later = aDeployment({ status: 'failed', stable: 'v2', canary: 'v3', spec, ...change });
    return liveDeployment([later, promoted].map((deployment) => ({ deployment, movedAt: OPENED_AT })));
  };
  expect(after({ progress: unmoved })?.deployment.id).toBe('dep-0');
  expect(after({})).toBeNull();
});

test('a failure that moved nothing sends a warning, and any other failure pages', () => {
  const entry: TimelineEntry = {
    ...{ kind: 'DeploymentFailed', by: 'slipway', because: 'It is gone.', data: {} },
    ...{ deploymentId: 'dep-1', sequence: 3, at: OPENED_AT },
  };
  const severities = (deployment: Deployment) => messagesFor(entry, deployment).map(({ severity }) => severity);
  expect(severities(failed)).toEqual(['warning', 'warning']);
  expect(severities(aDeployment({ status: 'failed' }))).toEqual(['page', 'page']);
});

test('a revision whose rollout failed by itself is quarantined, and the reason says that it failed', () => {
  expect(quarantineReason(failed, null)).toBe('Deployment dep-1 failed: The image is gone');
  expect(quarantineReason(aDeployment({ status: 'failed' }), null)).toBeNull();
});
