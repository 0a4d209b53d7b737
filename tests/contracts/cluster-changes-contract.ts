/** The contract of waiting for changes: no change is missed, and every wait ends. */
import type { Changes } from '../../src/ports/changes.ts';
import { samplesOf } from './cluster-samples.ts';
import type { ClusterStage } from './cluster-stage.ts';

const LONG_MS = 25_000;

export function changesContract(current: () => ClusterStage): void {
  const config = (name: string, data: Readonly<Record<string, string>> = {}) =>
    samplesOf(current()).config(data, { name, labels: { team: 'shop' } });
  const query = () => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace: current().namespace });
  const apply = (name: string, data?: Readonly<Record<string, string>>) =>
    current().cluster.apply({ objects: [config(name, data)] });
  /** Returns whether the wait has ended, as far as the test has seen. */
  const waiting = (changes: Changes, withinMs: number) => {
    const state = { isOver: false };
    const over = changes.next(withinMs).then(() => {
      state.isOver = true;
    });
    return { state, over };
  };
  const settled = async (changes: Changes, withinMs = LONG_MS) => {
    const { state, over } = waiting(changes, withinMs);
    await current().settle(async () => state.isOver, 'the wait is over');
    await over;
  };

  test('an object that is created, changed or deleted ends the wait', async () => {
    const changes = await current().cluster.changes([{ ...query(), labels: { team: 'shop' } }]);
    for (const act of [
      () => apply('one'),
      () => apply('one', { a: '1' }),
      () => current().cluster.remove([config('one')]),
    ]) {
      const { state, over } = waiting(changes, 3_600_000);
      await act();
      await current().settle(async () => state.isOver, 'the change was noticed');
      await over;
    }
    changes.end();
  });

  test('a change between two waits is not missed, and many changes end one wait', async () => {
    const changes = await current().cluster.changes([{ ...query(), name: 'two' }]);
    await apply('two');
    await apply('two', { a: '1' });
    const { state, over } = waiting(changes, 3_600_000);
    await current().settle(async () => state.isOver, 'the change was noticed');
    await over;
    changes.end();
  });

  test('a change of another object does not end the wait, and a wait without a change ends with its time', async () => {
    await apply('one');
    const changes = await current().cluster.changes([
      { ...query(), name: 'two' },
      { ...query(), labels: { team: 'other' } },
    ]);
    const { state, over } = waiting(changes, 2_000);
    await apply('one', { a: '2' });
    await apply('three');
    expect(state.isOver).toBe(false);
    await current().settle(async () => state.isOver, 'the time is over');
    await over;
    changes.end();
  });

  test('a wait without the right to watch, or for a missing kind, lasts a second at most', async () => {
    const cluster = await current().restricted([{ verb: 'list', resource: 'configmaps' }]);
    const unwatched = await cluster.changes([query()]);
    await settled(unwatched, 3_600_000);
    unwatched.end();
    const missing = await current().cluster.changes([{ ...query(), apiVersion: 'example.com/v1', kind: 'Wish' }]);
    await settled(missing, 3_600_000);
    missing.end();
  });
}
