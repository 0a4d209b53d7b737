import { stateFindings } from '../../src/domain/preflight/preflight-alarm-state.ts';

const red = { name: 'checkout-errors', state: 'ALARM' } as Parameters<typeof stateFindings>[0];

test.each([
  ['with its version', '42', 'because of version 42 of deployment dep-1, which was taken back'],
  // A deployment whose version was never recorded.
  ['without a version', null, 'because of deployment dep-1, which was taken back'],
])('an alarm that is still red names the deployment that turned it red, %s', (_which, version, fact) => {
  const leftover = { alarm: red.name, deploymentId: 'dep-1', version };
  const findings = (hotfix: boolean) => stateFindings(red, { hotfix, mayBeQuiet: false, leftover });
  expect(findings(false)).toEqual([
    expect.objectContaining({
      severity: 'error',
      detail: `Alarm checkout-errors is still red ${fact}. Wait until it is green, then deploy again.`,
    }),
  ]);
  expect(findings(true)).toEqual([
    expect.objectContaining({ severity: 'warning', detail: expect.stringContaining(`${fact}. That does not count`) }),
  ]);
});
