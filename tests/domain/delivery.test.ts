import { decideDelivery, decideWatch } from '../../src/domain/pipeline/delivery.ts';
import { aDeployment, MINUTE, OPENED_AT } from './a-deployment.ts';

const NOW = OPENED_AT + 5 * MINUTE;

test.each(['promoted', 'rolledBack', 'superseded', 'failed', 'unchanged'] as const)(
  'a deployment that ended as %s is no longer waited for',
  (status) => {
    const ended = aDeployment({ status, because: 'It was so' });
    expect(decideDelivery(ended, NOW)).toEqual({
      outcome: status,
      because: `Deployment dep-1 ended as ${status}: It was so`,
      forSeconds: 0,
    });
    expect(decideDelivery(aDeployment({ status }), NOW).because).toMatch(/no reason given$/);
  },
);

test('a deployment in flight is waited for, in at most a thousand looks, up to half an hour past its deadline', () => {
  expect(decideDelivery(aDeployment(), NOW)).toMatchObject({ outcome: 'wait', forSeconds: 30 });
  const week = aDeployment({ deadlineAt: OPENED_AT + 7 * 24 * 60 * MINUTE });
  const { forSeconds } = decideDelivery(week, NOW);
  expect(forSeconds).toBe(607);
  expect((week.deadlineAt + 30 * MINUTE - OPENED_AT) / 1_000 / forSeconds).toBeLessThanOrEqual(1_000);
});

test('a deployment that is still in flight half an hour past its deadline is given up', () => {
  const deployment = aDeployment({ status: 'rollingBack' });
  const endsAt = deployment.deadlineAt + 30 * MINUTE;
  expect(decideDelivery(deployment, endsAt - 1).outcome).toBe('wait');
  expect(decideDelivery(deployment, endsAt)).toMatchObject({
    outcome: 'overdue',
    because: expect.stringContaining('still rollingBack'),
  });
});

test('a watch lasts to the second after its end, and the promotion is then kept', () => {
  const promoted = aDeployment({ status: 'promoted', watchUntil: NOW + 1_500 });
  expect(decideWatch(promoted, NOW)).toMatchObject({ outcome: 'watched', forSeconds: 2 });
  expect(decideWatch(promoted, NOW + 1_500)).toMatchObject({ outcome: 'kept', forSeconds: 0 });
  expect(decideWatch({ ...promoted, watchUntil: null }, NOW).outcome).toBe('kept');
});

test('a promotion that was undone has the outcome undone, with the actor', () => {
  const undone = aDeployment({ status: 'promoted', watchUntil: NOW + MINUTE, replacedBy: 'dep-2' });
  expect(decideWatch(undone, NOW)).toMatchObject({
    outcome: 'takenBack',
    because: 'Deployment dep-1 was taken back by dep-2. GET /deployments/dep-2 says why.',
  });
});

test('a deployment that is not promoted has no watch', () => {
  expect(decideWatch(aDeployment({ status: 'rolledBack', because: 'It was bad' }), NOW)).toMatchObject({
    outcome: 'takenBack',
    because: 'Deployment dep-1 is rolledBack: It was bad',
  });
  expect(decideWatch(aDeployment({ status: 'failed' }), NOW).because).toMatch(/no reason given$/);
});

test('a watch that ended before its time is not complete, and says where to look', () => {
  const settledAt = OPENED_AT + 5 * MINUTE;
  const watch = (watchUntil: number) =>
    decideWatch(aDeployment({ status: 'promoted', settledAt, watchUntil }), settledAt + 60 * MINUTE).because;

  expect(watch(settledAt + 30 * MINUTE)).toBe('Deployment dep-1 got through its watch.');
  expect(watch(settledAt + MINUTE)).toBe(
    'The watch over deployment dep-1 ended before its time. GET /deployments/dep-1 says why.',
  );
});

test('a delivery that changed nothing has completed its watch', () => {
  expect(decideWatch(aDeployment({ status: 'unchanged' }), NOW)).toMatchObject({ outcome: 'kept' });
});
