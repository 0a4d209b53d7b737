import type { Deployment } from '../../src/domain/deployment/deployment.ts';
import { homesBefore, liveDeployment } from '../../src/domain/deployment/target-history.ts';
import { aDeployment, type DeploymentChange, OPENED_AT } from './a-deployment.ts';

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

const print = (codeSha256: string) => ({ codeSha256, settingsSha256: null });
const rollout = (stable: string, canary: string, change: DeploymentChange = {}) =>
  aDeployment({
    id: `${stable} to ${canary}`,
    status: 'promoted',
    stable,
    canary,
    fingerprints: { stable: print(stable), canary: print(canary) },
    ...change,
  });

test('a promotion is live when a later rollback found the same version, and not another of that number', () => {
  const promoted = rollout('41', '42');
  const live = (code: string) => {
    const back = rollout('42', '43', { status: 'rolledBack', fingerprints: { stable: print(code), canary: null } });
    return liveDeployment([back, promoted].map((deployment) => ({ deployment, movedAt: OPENED_AT })));
  };
  expect(live('42')?.deployment).toBe(promoted);
  expect(live('another 42')).toBeNull();
});

test('a failed rollout without a version before does not tell the live version', () => {
  const first = rollout('41', '42', { stable: null, status: 'rolledBack' });
  expect(liveDeployment([{ deployment: first, movedAt: OPENED_AT }])).toBeNull();
});

describe('the versions to roll back to', () => {
  const from = (version: string, code = version) => ({ version, fingerprint: print(code) });
  const homes = (past: readonly Deployment[], live = from('44')) =>
    homesBefore(past, live).map(({ version }) => version);

  test('the versions to roll back to are the ones from which promotions started, and no version that was only tried', () => {
    const past = [
      rollout('42', '44'),
      rollout('42', '43', { status: 'rolledBack' }),
      rollout('42', '45', { kind: 'rollback', status: 'rolledBack' }),
      rollout('41', '42'),
      rollout('40', '41'),
    ];
    expect(homes(past)).toEqual(['42', '41', '40']);
    expect(homes(past, from('42'))).toEqual(['41', '40']);
  });

  test('the list ends at a promotion to another version of that number, or from an unknown version', () => {
    const other = { stable: print('40'), canary: print('another 41') };
    expect(homes([rollout('41', '44'), rollout('40', '41', { fingerprints: other })])).toEqual(['41']);
    expect(homes([rollout('41', '44', { stable: null })])).toEqual([]);
    expect(homes([rollout('41', '44')], from('44', 'another 44'))).toEqual([]);
  });

  test('the list compares only numbers when no fingerprints are recorded', () => {
    const past = [rollout('42', '44', { fingerprints: null }), rollout('41', '42', { fingerprints: null })];
    expect(homes(past)).toEqual(['42', '41']);
  });
});
