import { wayBackLost } from '../../src/domain/deployment/way-back.ts';
import { aDeployment, OPENED_AT } from './a-deployment.ts';

test.each([
  [{ noWayBack: 'Version 41 was deleted.' }, /^Version 41 was deleted\. There is nothing to go back to/],
  [{ inOtherHands: 'Somebody else moved it.' }, /^The traffic was left as others had put it\.$/],
])(
  'a deployment without a version to return to (%j) fails, and only the end is reported without a reason',
  (way, told) => {
    const { deployment, entries } = wayBackLost(aDeployment({ because: null }), { way, now: OPENED_AT });

    expect(deployment).toMatchObject({ status: 'failed', settledAt: OPENED_AT });
    expect(entries.at(-1)).toMatchObject({ kind: 'DeploymentFailed', because: expect.stringMatching(told) });
  },
);

test('a recorded reason comes before the end', () => {
  const way = { inOtherHands: 'Somebody else moved it.' };
  const { entries } = wayBackLost(aDeployment({ because: 'Alarm a turned red' }), { way, now: OPENED_AT });

  expect(entries.at(-1)?.because).toMatch(/^Alarm a turned red\. The traffic was left/);
});
