import { daysKept, forgetOldRows } from '../../src/operations/nets/forget-old-rows.ts';
import { reconcile } from '../../src/operations/nets/reconcile.ts';
import { FORGOTTEN, type ForgetOrder, type Upkeep } from '../../src/ports/upkeep.ts';
import { aScene } from './a-scene.ts';

const NOW = Date.UTC(2026, 2, 1, 12);
const DAY = 24 * 3_600_000;
const clock = { now: () => NOW };
const retention = daysKept({ outbox: 7, evidence: 90 });

/** An upkeep with this number of old rows of each kind, which notes its orders. */
function anUpkeep(rows: number): Upkeep & { readonly asked: ForgetOrder[] } {
  const left = Object.fromEntries(FORGOTTEN.map((kind) => [kind, rows]));
  const asked: ForgetOrder[] = [];
  return {
    asked,
    async forget(order) {
      asked.push(order);
      const forgotten = Math.min(order.limit, left[order.kind] ?? 0);
      left[order.kind] = (left[order.kind] ?? 0) - forgotten;
      return forgotten;
    },
  };
}

test('messages are kept for days, evidence for months, and keys for a day', async () => {
  const upkeep = anUpkeep(0);
  expect(await forgetOldRows({ upkeep, retention, clock })).toBe(0);
  expect(upkeep.asked.map(({ kind, before }) => [kind, (NOW - before) / DAY])).toEqual([
    ['outbox', 7],
    ['evidence', 90],
    ['keys', 1],
    ['waits', 0],
  ]);
});

test('one tick deletes a bounded number of rows of each kind, and the next tick goes on', async () => {
  const upkeep = anUpkeep(25_000);
  const ticks = [];
  for (let tick = 0; tick < 4; tick += 1) ticks.push(await forgetOldRows({ upkeep, retention, clock }));
  expect(ticks).toEqual([40_000, 40_000, 20_000, 0]);
  expect(Math.max(...upkeep.asked.map(({ limit }) => limit))).toBeLessThanOrEqual(1_000);
});

test('reconcile deletes old rows, and does all its other work when that fails', async () => {
  const scene = await aScene();
  const upkeep = anUpkeep(3);
  await reconcile({ ...scene.ports, upkeep, retention });
  expect(upkeep.asked).toHaveLength(FORGOTTEN.length);

  const failing: Upkeep = {
    forget: () => Promise.reject(Object.assign(new Error('The role may not delete.'), { name: 'Broken', details: {} })),
  };
  const sweeps: string[] = [];
  const turns = { ...scene.ports.turns, sweep: async () => void sweeps.push('swept') };
  await expect(reconcile({ ...scene.ports, turns, upkeep: failing, retention })).rejects.toThrow('may not delete');
  expect(sweeps).toEqual(['swept']);
});
