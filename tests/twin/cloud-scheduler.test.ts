import { realScheduler, sleep, virtualScheduler } from '../../src/twin/scheduler.ts';

test('timers fire in order of time, and at the same time in order of insertion', async () => {
  const scheduler = virtualScheduler({ startAt: 1_000 });
  const rung: string[] = [];
  const note = (name: string) => () => void rung.push(`${name}@${scheduler.now()}`);
  scheduler.at(3_000, note('late'));
  scheduler.at(2_000, note('first'));
  scheduler.at(2_000, note('second'));
  scheduler.at(0, note('past'));
  await scheduler.advanceTo(2_500);
  expect(rung).toEqual(['past@1000', 'first@2000', 'second@2000']);
  expect(scheduler.now()).toBe(2_500);
  expect(scheduler.nextAt()).toBe(3_000);
});

test('the work that a timer starts is finished before the next timer fires', async () => {
  const scheduler = virtualScheduler({ startAt: 0 });
  const seen: string[] = [];
  scheduler.at(1, async () => {
    for (let turn = 0; turn < 20; turn += 1) await null;
    seen.push('settled');
  });
  scheduler.at(1, () => void seen.push('next'));
  await scheduler.advanceTo(1);
  expect(seen).toEqual(['settled', 'next']);
});

test('a task can sleep in virtual time, and a sleeping task does not stop the clock', async () => {
  const scheduler = virtualScheduler({ startAt: 0 });
  const wokeAt: number[] = [];
  scheduler.at(10, async () => {
    await sleep(scheduler, 3_600_000);
    wokeAt.push(scheduler.now());
  });
  while (await scheduler.runNext());
  expect(wokeAt).toEqual([3_600_010]);
});

test('a repeated timer keeps its interval until it is stopped, also by itself', async () => {
  const scheduler = virtualScheduler({ startAt: 0 });
  const beats: number[] = [];
  const stop = scheduler.every(10, () => {
    beats.push(scheduler.now());
    if (beats.length === 3) stop();
  });
  await scheduler.advanceTo(100);
  expect(beats).toEqual([10, 20, 30]);
  expect(scheduler.nextAt()).toBeNull();
});

test('a timer that was cancelled does not fire', async () => {
  const scheduler = virtualScheduler({ startAt: 0 });
  const rung: number[] = [];
  scheduler.at(1, () => void rung.push(1))();
  await scheduler.advanceTo(10);
  expect(rung).toEqual([]);
});

test.each([
  [
    'throws',
    () => {
      throw new Error('broken timer');
    },
  ],
  [
    'rejects',
    async () => {
      throw new Error('broken timer');
    },
  ],
])(
  'an error of a timer that %s reaches the caller that moves the clock',
  async (_, run: () => void | Promise<void>) => {
    const scheduler = virtualScheduler({ startAt: 0 });
    scheduler.at(1, run);
    await expect(scheduler.advanceTo(2)).rejects.toThrow('broken timer');
  },
);

test('the real scheduler keeps the order, is never early, and runs faster if asked', async () => {
  const scheduler = realScheduler(100);
  const startedAt = scheduler.now();
  const rung: [string, number][] = [];
  await new Promise<void>((resolve) => {
    scheduler.at(startedAt + 2_000, () => {
      rung.push(['second', scheduler.now()]);
      resolve();
    });
    scheduler.at(startedAt + 1_000, () => void rung.push(['first', scheduler.now()]));
    scheduler.at(startedAt + 500, () => void rung.push(['cancelled', 0]))();
  });
  expect(rung.map(([name]) => name)).toEqual(['first', 'second']);
  expect(rung[0]?.[1]).toBeGreaterThanOrEqual(startedAt + 1_000);
});

test('an error of a real timer goes to the handler that was set for errors', async () => {
  const error = await new Promise((resolve) => {
    realScheduler(1, resolve).at(0, () => {
      throw new Error('broken timer');
    });
  });
  expect(error).toMatchObject({ message: 'broken timer' });
});
