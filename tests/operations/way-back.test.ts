import { SITUATION_STEP } from '../effort.ts';
import { type Ended, playWayBack } from './a-way-back.ts';
import { fits, SITUATIONS, WAY_BACK, type Who } from './way-back-table.ts';

test('every situation has one row, and every row a situation', () => {
  expect(SITUATIONS).toHaveLength(1_024);
  expect(SITUATIONS.filter((situation) => WAY_BACK.filter((row) => fits(row, situation)).length !== 1)).toEqual([]);
  expect(WAY_BACK.filter((row) => !SITUATIONS.some((situation) => fits(row, situation)))).toEqual([]);
});

function whoAnswers({ calls }: Ended): Who | string {
  if (calls['good:1'] === 100) return 'stable';
  if (calls['good:2'] === 100) return 'canary';
  return calls.nobody === 100 ? 'nobody' : JSON.stringify(calls);
}

test.each(WAY_BACK)(
  'at %s, stable %s, canary %s, manifests %s, by %s, on %s: %s, with the calls on %s',
  async (...row) => {
    const [, , , , , , end, who] = row;
    const situations = SITUATIONS.filter((one) => fits(row, one));
    for (const situation of situations.filter((_, index) => index % SITUATION_STEP === 0)) {
      const { workload, ended } = await playWayBack(situation);
      expect({ ...situation, end: ended.end, who: whoAnswers(ended) }).toEqual({ ...situation, end, who });
      if (end !== 'done') expect(ended.says).toMatch(/not ready|come up|neither the Deployment nor the manifests/);
      if (who === 'nobody') expect(ended.ready).toEqual({});
      if (situation.cause !== 'supersede' && who !== 'canary') expect(ended.hasCanary).toBe(false);

      // The next version can be deployed, whatever the rollback left.
      const next = workload.rollout('good:3', { fence: 4, clears: ['dep-002', 'dep-003'] });
      await next.plan();
      await next.promote();
      expect({ ...situation, calls: workload.calls() }).toEqual({ ...situation, calls: { 'good:3': 100 } });
    }
  },
);
