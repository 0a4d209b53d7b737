import {
  ENTRY_KINDS,
  type EntryKind,
  messagesFor,
  type Severity,
  type TimelineEntry,
} from '../../src/domain/deployment/timeline.ts';
import { aDeployment, OPENED_AT } from './a-deployment.ts';

const entryOf = (kind: EntryKind): TimelineEntry => ({
  kind,
  by: 'slipway',
  because: 'Alarm checkout-errors turned red',
  data: { canaryPercent: 0 },
  deploymentId: 'dep-1',
  sequence: 7,
  at: OPENED_AT,
});

const severities: Readonly<Partial<Record<EntryKind, Severity>>> = {
  DeploymentOpened: 'info',
  ApprovalRequested: 'info',
  ApprovalGiven: 'info',
  DeploymentPromoted: 'info',
  DeploymentSuperseded: 'info',
  DeploymentUnchanged: 'info',
  RevisionReleased: 'info',
  PipelineStageFailed: 'warning',
  RevisionQuarantined: 'warning',
  HoldStarted: 'warning',
  TrafficTakenBack: 'warning',
  DeploymentRolledBack: 'warning',
  ExecutionAbandoned: 'warning',
  WatchEnded: 'warning',
  TrafficMovedByOthers: 'page',
  AlarmsMissing: 'page',
  RollBackFailed: 'page',
  DeploymentFailed: 'page',
};

test.each(ENTRY_KINDS)('%s sends one event, and a notice only when a person would want to know', (kind) => {
  const [event, notice, ...more] = messagesFor(entryOf(kind), aDeployment());

  expect(event).toMatchObject({ channel: 'event', severity: severities[kind] ?? 'info' });
  expect(notice?.severity).toBe(severities[kind]);
  expect(more).toEqual([]);
});

test('the ids of the messages are the same at every try, and sort by sequence', () => {
  const ids = () => messagesFor(entryOf('TrafficTakenBack'), aDeployment()).map(({ id }) => id);

  expect(ids()).toEqual(['dep-1-0007-event', 'dep-1-0007-notice']);
  expect(ids()).toEqual(ids());
});

test('an event says which deployment, what happened, when and why', () => {
  const [event] = messagesFor(entryOf('TrafficTakenBack'), aDeployment({ atPercent: 10 }));

  expect(event?.subject).toBe('Slipway Deployment Changed');
  expect(JSON.parse(event?.body ?? '')).toEqual({
    schema: 1,
    service: 'checkout',
    deployment: {
      id: 'dep-1',
      kind: 'rollout',
      status: 'rollingOut',
      artifact: aDeployment().artifact,
      stable: '41',
      canary: '42',
      atPercent: 10,
      openedAt: '2026-01-05T10:00:00.000Z',
    },
    entry: {
      sequence: 7,
      kind: 'TrafficTakenBack',
      at: '2026-01-05T10:00:00.000Z',
      by: 'slipway',
      because: 'Alarm checkout-errors turned red',
      data: { canaryPercent: 0 },
    },
  });
});

test('a notice is a line and a text that a person can act on', () => {
  const [, notice] = messagesFor(entryOf('TrafficTakenBack'), aDeployment());

  expect(notice?.subject).toBe('[warning] checkout: traffic taken back');
  expect(notice?.body.split('\n')).toEqual([
    'checkout: traffic taken back.',
    'Alarm checkout-errors turned red',
    'Version before: 41. New version: 42. Traffic on the new version: 0 %.',
    'By slipway at 2026-01-05T10:00:00.000Z. Details: GET /deployments/dep-1',
  ]);
});

test('a notice of a deployment without versions says so', () => {
  const [, notice] = messagesFor(entryOf('DeploymentOpened'), aDeployment({ stable: null, canary: null }));

  expect(notice?.body).toContain('Version before: unknown. New version: not published.');
});
