import { deliverRun, quarantineReason, quarantineRun, releaseRun } from '../../src/domain/pipeline/quarantine.ts';
import { aDeployment } from './a-deployment.ts';
import { aRun, REVISION } from './a-pipeline-run.ts';

const signal = (by: string, kind: 'abort' | 'rollBack' | 'pause' = 'rollBack') => ({ kind, by, because: 'x', at: 0 });
const rolledBack = (change: Parameters<typeof aDeployment>[0] = {}) =>
  aDeployment({ status: 'rolledBack', because: 'The error rate is 30 percent', ...change });

test.each([
  ['a verdict, which leaves no signal', null],
  ['an alarm', signal('alarm checkout-errors')],
  ['the judge between the steps', signal('judge')],
  ['Slipway itself, past the deadline', signal('slipway')],
  ['a verdict while a pause was on its way', signal('ada', 'pause')],
])('a rollback by %s is a reason', (_what, given) => {
  expect(quarantineReason(rolledBack({ signal: given }), null)).toBe(
    'Deployment dep-1 was rolled back: The error rate is 30 percent',
  );
});

test('a rollback without a recorded cause is a reason all the same', () => {
  expect(quarantineReason(rolledBack({ because: null }), null)).toMatch(/it could not go on$/);
});

test.each([
  ['a person rolled it back', rolledBack({ signal: signal('ada') })],
  ['a person aborted it', rolledBack({ signal: signal('ada', 'abort') })],
  ['it was promoted', aDeployment({ status: 'promoted' })],
  ['it is in flight', aDeployment()],
  ['it was superseded', aDeployment({ status: 'superseded' })],
  ['it is a rollback itself', rolledBack({ kind: 'rollback' })],
])('there is no reason when %s', (_what, deployment) => {
  expect(quarantineReason(deployment, null)).toBeNull();
});

test('an undo by an alarm is a reason, and an undo by a person is not', () => {
  const promoted = aDeployment({ status: 'promoted' });
  const undoing = (by: string, reason: string | null = 'It turned red') => ({ id: 'dep-2', by, reason });
  expect(quarantineReason(promoted, undoing('alarm checkout-errors'))).toBe(
    'Deployment dep-1 was taken back: It turned red',
  );
  expect(quarantineReason(promoted, undoing('alarm checkout-errors', null))).toMatch(/no reason given$/);
  expect(quarantineReason(promoted, undoing('ada'))).toBeNull();
});

test('a run is quarantined once for each deployment, also when it was released meanwhile', () => {
  const order = { deploymentId: 'dep-1', because: 'It is bad' };
  const first = quarantineRun(aRun({ revision: REVISION }), order);
  expect(first).toMatchObject({
    run: { quarantine: 'inForce', quarantinedFor: 'dep-1' },
    entries: [{ kind: 'RevisionQuarantined', by: 'slipway', data: { deploymentId: 'dep-1', revision: REVISION } }],
  });
  const released = { ...first?.run, quarantine: 'released' } as NonNullable<typeof first>['run'];
  expect(quarantineRun(released, order)).toBeNull();
  expect(quarantineRun(released, { ...order, deploymentId: 'dep-2' })?.run.quarantine).toBe('inForce');
});

test('a release names its caller and reason, and without a quarantine there is nothing to release', () => {
  const order = { by: 'ada', because: 'It is mended' };
  expect(releaseRun(aRun({ quarantine: 'inForce', quarantinedFor: 'dep-1' }), order)).toMatchObject({
    run: { quarantine: 'released', quarantinedFor: 'dep-1' },
    entries: [{ kind: 'RevisionReleased', by: 'ada', because: 'It is mended', data: { deploymentId: 'dep-1' } }],
  });
  expect(releaseRun(aRun(), order)).toBeNull();
  expect(releaseRun(aRun({ quarantine: 'released' }), order)).toBeNull();
});

test('the deployment of a run is recorded once', () => {
  const order = { deploymentId: 'dep-1', revision: REVISION };
  const delivered = deliverRun(aRun(), order);
  expect(delivered).toMatchObject({
    run: { deploymentId: 'dep-1', revision: REVISION },
    entries: [{ kind: 'DeliveryOpened', data: { deploymentId: 'dep-1' } }],
  });
  expect(deliverRun(aRun({ deploymentId: 'dep-1' }), order)).toBeNull();
});
