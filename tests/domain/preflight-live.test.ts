import type { Deployment } from '../../src/domain/deployment/deployment.ts';
import type { Traced } from '../../src/domain/deployment/target-history.ts';
import { liveFindings, settledLive } from '../../src/domain/preflight/preflight-live.ts';
import { target } from './a-caller.ts';
import { aDeployment, OPENED_AT } from './a-deployment.ts';

const print = (codeSha256: string) => ({ codeSha256, settingsSha256: null });
const ended = (change: Partial<Deployment>, movedAt: number | null = OPENED_AT): Traced => ({
  deployment: aDeployment({ status: 'promoted', stable: '41', canary: '42', settledAt: OPENED_AT, ...change }),
  movedAt,
});
const history = (...traces: Traced[]) => ({ inFlight: null, ended: traces });
const found = (
  traces: Traced[],
  version: string,
  change: Partial<Parameters<typeof liveFindings>[0]> & { sha?: string } = {},
) =>
  liveFindings({
    target,
    live: { version, fingerprint: change.sha === undefined ? null : print(change.sha) },
    settled: settledLive(history(...traces)),
    wantedName: null,
    stack: null,
    ...change,
  });

describe('the actor that put the live version on the alias', () => {
  test.each<[string, Traced[], string]>([
    ['no deployment was ever there', [], '44'],
    ['no rollout ever had a call', [ended({ status: 'rolledBack' }, null)], '44'],
    ['it was promoted', [ended({})], '42'],
    ['its promotion may have been undone by a task that died', [ended({})], '41'],
    ['a rollout went back to it', [ended({ status: 'rolledBack' })], '41'],
    ['a rollback went back to it', [ended({ kind: 'rollback', status: 'rolledBack' }, null)], '41'],
    ['its promotion was undone', [ended({ replacedBy: 'dep-2' })], '41'],
    ['a rollout that failed left it', [ended({ status: 'failed' })], '42'],
    [
      'a rollout without a call came after its promotion',
      [ended({ status: 'rolledBack', stable: '42', canary: '43' }, null), ended({})],
      '42',
    ],
  ])('Slipway put the live version on the alias, because %s', (_what, traces, version) => {
    expect(found(traces, version)).toEqual([]);
  });

  test('a version that Slipway did not leave on the alias is reported, with the deployment that left another one', () => {
    expect(found([ended({ id: 'dep-7' })], '44')).toEqual([
      {
        severity: 'warning',
        check: 'liveIsOurs',
        subject: 'checkout:live',
        detail: expect.stringMatching(
          /^Version 44 is live on checkout:live, and Slipway last left it on version 42 \(deployment dep-7\), so somebody else moved the alias\. Version 44 was never a canary.*POST \/rollback with "to": "42"/,
        ),
      },
    ]);
  });

  test('the stack of the function is named when its tag says which', () => {
    expect(found([ended({})], '44', { stack: 'shop-prod' })[0]?.detail).toContain('belongs to stack shop-prod');
  });

  test('a request for the unexpected live version is refused, and one for another version is not', () => {
    expect(found([ended({})], '44', { wantedName: '44' })).toMatchObject([{ severity: 'error' }]);
    expect(found([ended({})], '44', { wantedName: '45' })).toMatchObject([{ severity: 'warning' }]);
  });

  test('another version under the same number is reported, and so is one after a rollback', () => {
    const known = { fingerprints: { stable: print('one'), canary: print('two') } };
    expect(found([ended(known)], '42', { sha: 'two' })).toEqual([]);
    expect(found([ended(known)], '42', { sha: 'three' })[0]?.detail).toMatch(
      /Slipway last left it on another version 42 .*Look what changed the function/,
    );
    expect(found([ended({ status: 'rolledBack' })], '42')).toHaveLength(1);
  });
});

test('while a deployment is in flight, its own record says which version should be live', () => {
  expect(settledLive({ inFlight: ended({ status: 'rollingOut' }), ended: [ended({})] })).toBeNull();
});

test('a deployment without a version gives no expected version', () => {
  expect(found([ended({ status: 'failed', stable: null, canary: null })], '44')).toEqual([]);
});
