/** The contract of the ledger about versions: whether a version was live on a target, and with which fingerprints. */
import type { Fingerprint } from '../../src/domain/lambda/fingerprint.ts';
import type { Bench } from './store-contract.ts';

const checkout = 'lambda checkout:live';

export function liveContract(bench: () => Bench): void {
  test('a version was live on a target when a deployment started from it, promoted it, or rolled back to it', async () => {
    const { deployments, opened, settled } = bench();
    await opened('d-1', { stable: '1' });
    await settled('d-1', { status: 'promoted', canary: '2', stable: '1' });
    await opened('d-2', { stable: '2' });
    await settled('d-2', { status: 'rolledBack', canary: '3', stable: '2' });
    await opened('d-3', { kind: 'rollback', stable: '5', canary: '4' });
    const live = async (target = checkout) => {
      const known = ['1', '2', '3', '4', '5'].map((version) => deployments.liveAs({ target, version }));
      return (await Promise.all(known)).map(({ length }) => length > 0);
    };
    expect(await live()).toEqual([true, true, false, true, false]);
    await settled('d-3', { kind: 'rollback', status: 'rolledBack', stable: '5', canary: '4' });
    expect(await live()).toEqual([true, true, false, true, true]);
    expect(await live('lambda basket:live')).toEqual([false, false, false, false, false]);
  });

  test('a version that was live has the fingerprints that each deployment recorded', async () => {
    const { deployments, opened, settled } = bench();
    const [one, other] = ['one', 'other'].map((codeSha256) => ({ codeSha256, settingsSha256: null })) as [
      Fingerprint,
      Fingerprint,
    ];
    await opened('d-1', { stable: '1', fingerprints: { stable: one, canary: null } });
    await settled('d-1', {
      status: 'promoted',
      canary: '2',
      stable: '1',
      fingerprints: { stable: one, canary: other },
    });
    await opened('d-2', { stable: '2', fingerprints: { stable: one, canary: null } });
    await settled('d-2', { status: 'rolledBack', stable: '2', fingerprints: { stable: one, canary: null } });
    await opened('d-3', { stable: '2' });
    const liveAs = async (version: string) => {
      const known = await deployments.liveAs({ target: checkout, version });
      return known.map((fingerprint) => fingerprint?.codeSha256 ?? 'unknown').sort();
    };
    expect([await liveAs('1'), await liveAs('2'), await liveAs('3')]).toEqual([
      ['one'],
      ['one', 'other', 'unknown'],
      [],
    ]);
    expect((await deployments.read('d-1')).deployment.fingerprints).toEqual({ stable: one, canary: other });
    expect((await deployments.read('d-3')).deployment.fingerprints).toBeNull();
  });
}
