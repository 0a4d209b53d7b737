import { liveDeployment } from '../../src/domain/target-history.ts';
import { aDeployment, OPENED_AT } from './a-deployment.ts';

test.each([
  [OPENED_AT, OPENED_AT],
  [null, 0],
])('a rollback without a recorded move took the calls off at its end (%s)', (settledAt, othersOffAt) => {
  const back = aDeployment({ kind: 'rollback', status: 'rolledBack', stable: '42', canary: null, settledAt });
  const promoted = aDeployment({ status: 'promoted' });
  const ended = [back, promoted].map((deployment) => ({ deployment, movedAt: null }));
  const moved = ended.map((trace, nth) => (nth === 1 ? { ...trace, movedAt: OPENED_AT } : trace));

  expect(liveDeployment(moved)).toMatchObject({ deployment: promoted, othersOffAt });
});
