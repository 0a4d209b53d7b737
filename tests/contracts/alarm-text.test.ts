import { remediateAlarm } from '../../src/operations/way-back/remediate-alarm.ts';
import type { Database } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { pgliteDatabase } from '../../src/store/pglite.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import { promoted } from '../operations/a-rollout.ts';
import { aScene } from '../operations/a-scene.ts';
import { newPglite } from './new-pglite.ts';
import { portsOf } from './store-sql.ts';

let database: Database;
beforeAll(async () => {
  database = pgliteDatabase(await newPglite());
  await migrate(database);
});
afterAll(() => database.close());

test('an alarm whose reason holds NUL is undone in the ledger as well', async () => {
  const untouched = await aScene({ watch: { minutes: 30 } });
  const stored = portsOf(database, untouched.ports.clock);
  const scene = {
    ...untouched,
    ports: { ...untouched.ports, deployments: stored.deployments, services: stored.services, outbox: stored.outbox },
  };
  const { spec } = await untouched.ports.services.read('checkout');
  await stored.services.write({ spec, by: 'ada', at: scene.now() });
  const id = await promoted(scene as never);
  expect(scene.live()).toEqual({ 42: 100 });
  await scene.pass(MINUTE);
  const outcome = await remediateAlarm(scene.ports, scene.alarmEvent({ reason: 'it was set by hand: \u0000' })).catch(
    (e: unknown) => e,
  );
  expect(scene.live()).toEqual({ 41: 100 });
  expect(outcome).toMatchObject([{ did: 'undo' }]);
  expect((await stored.deployments.read(id)).deployment.replacedBy).not.toBeNull();
});
