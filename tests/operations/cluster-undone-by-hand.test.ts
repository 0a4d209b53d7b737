import { specOf, templateOf } from '../../src/domain/workload/workload-objects.ts';
import { ROUTES } from '../domain/a-workload.ts';
import { aLiveWorkload, MINUTE } from './a-workload.ts';

type Live = Awaited<ReturnType<typeof aLiveWorkload>>;

/** Does what kubectl rollout undo does: the pods get the template of the version before, with its labels. */
async function undo(workload: Live, template: object): Promise<void> {
  workload.cluster.changeByHand({
    manager: 'kubectl',
    ref: workload.ref('Deployment'),
    change: { spec: { template } },
  });
  await workload.pass(MINUTE);
}

/** Version 2 was promoted, and a person has gone back to version 1 by hand. */
async function undone(route: (typeof ROUTES)[number]) {
  const workload = await aLiveWorkload({ route });
  const { metadata, spec } = templateOf(workload.find('Deployment') ?? {});
  const second = workload.rollout('good:2', { fence: 2 });
  await second.plan();
  await second.promote();
  await undo(workload, { metadata, spec: { containers: specOf({ spec }).containers } });
  expect(workload.calls()).toEqual({ 'good:1': 100 });
  return { workload, second };
}

test.each(ROUTES)(
  'on %j the next deployment starts from the version to which a person went back by hand',
  async (route) => {
    const { workload, second } = await undone(route);
    const seen = workload.watchCalls();
    const third = workload.rollout('good:3', { fence: 3, takesOver: true });
    const { notes, stable } = await third.plan();
    expect(stable).toBe(second.versions().stable);
    expect(notes[0]).toBe(
      `Somebody has put version ${stable} of orders in the place of version ${second.versions().canary} by hand, so it is the one to start from.`,
    );
    if (route.kind !== 'rolling') await third.weigh(25);
    await third.promote();
    await third.takeBack();
    expect(workload.calls()).toEqual({ 'good:1': 100 });
    expect(seen.filter((calls) => 'good:2' in calls || 'nobody' in calls)).toEqual([]);
  },
);

test('a version that a person has undone by hand can be deployed again', async () => {
  const { workload } = await undone({ kind: 'replicas' });
  const again = workload.rollout('good:2', { fence: 3, takesOver: true });
  await again.plan();
  await again.promote();
  expect(workload.calls()).toEqual({ 'good:2': 100 });
});

test('a half-made promotion of a superseded deployment is not mistaken for an undo by hand', async () => {
  const workload = await aLiveWorkload({ route: { kind: 'replicas' } });
  const second = workload.rollout('good:2', { fence: 2 });
  await second.plan();
  workload.start(second.orders.promote()).catch(() => {});
  await workload.pass(1_000);
  const third = workload.rollout('good:3', { fence: 3, clears: [second.id] });
  const { notes, stable } = await third.plan();
  expect(stable).toBe(second.versions().stable);
  expect(notes.join()).not.toContain('by hand');
});
