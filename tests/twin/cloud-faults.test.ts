import type { FaultPlan } from '../../src/twin/cloud/fault-plan.ts';
import { faultSource } from '../../src/twin/cloud/faults.ts';
import { DEATHS, INVOCATION_ERRORS, invocationFaults, withinTimeout } from '../../src/twin/cloud/lambda-failures.ts';
import { seededRandom } from '../../src/twin/random.ts';
import { virtualScheduler } from '../../src/twin/scheduler.ts';

/** A port that counts its effects. */
function counter() {
  let count = 0;
  return {
    add: async (by: number) => {
      count += by;
      return count;
    },
    read: async () => count,
  };
}

function faulty(plan: FaultPlan) {
  const scheduler = virtualScheduler({ startAt: 0 });
  const source = faultSource({ plan, random: seededRandom('faults'), scheduler });
  const real = counter();
  return { scheduler, source, real, port: source.wrap(real) };
}

test('a plan without faults changes nothing', async () => {
  const { port, source } = faulty({});
  expect(await port.add(2)).toBe(2);
  expect(await port.read()).toBe(2);
  expect(source.injected()).toEqual([]);
});

test('a throttled call has no effect and may be repeated', async () => {
  const { port, real } = faulty({ script: [{ fault: 'throttle', method: 'add', nth: 1 }] });
  await expect(port.add(1)).rejects.toMatchObject({ name: 'Transient' });
  expect(await real.read()).toBe(0);
  expect(await port.add(1)).toBe(1);
});

test.each([
  ['crashBefore', 0],
  ['crashAfter', 1],
] as const)('%s leaves %i effects, and the task is dead for all its ports', async (fault, effects) => {
  const { source, real } = faulty({ script: [{ fault, method: 'add', nth: 1 }] });
  const life = { crashed: false };
  const [port, other] = [source.wrap(real, life), source.wrap(counter(), life)];
  const died = await port.add(1).catch((error: Error) => error.name);
  expect(DEATHS).toContain(died);
  expect(await real.read()).toBe(effects);
  await expect(other.read()).rejects.toMatchObject({ name: died });
  await expect(source.wrap(real).add(1)).resolves.toBe(effects + 1);
});

test('a duplicated call takes effect twice, and the caller gets the second answer', async () => {
  const { port } = faulty({ script: [{ fault: 'duplicate', method: 'add', nth: 1 }] });
  expect(await port.add(1)).toBe(2);
});

test('a stale read repeats the earlier answer of the same read', async () => {
  const { port } = faulty({ script: [{ fault: 'stale', method: 'read', nth: 2 }] });
  await port.read();
  await port.add(5);
  expect(await port.read()).toBe(0);
  expect(await port.read()).toBe(5);
});

test('a delayed call takes its delay on the scheduler', async () => {
  const { port, scheduler } = faulty({ script: [{ fault: 'delay', method: 'add', nth: 1 }], delayMaxMs: 5_000 });
  const answers: number[] = [];
  const calling = port.add(1).then(() => answers.push(scheduler.now()));
  await scheduler.advanceTo(5_000);
  await calling;
  expect(answers[0]).toBeGreaterThan(0);
});

test('a port that is away answers again after its outage', async () => {
  const { port, scheduler, source } = faulty({ away: [{ from: 100, until: 200 }] });
  expect(await port.add(1)).toBe(1);
  await scheduler.advanceTo(150);
  await expect(port.add(1)).rejects.toMatchObject({ name: 'Transient' });
  await scheduler.advanceTo(200);
  expect(await port.add(1)).toBe(2);
  expect(source.injected()).toEqual([{ fault: 'away', method: 'add', at: 150 }]);
});

test.each([1, 2, 3])(
  'a write whose answer is lost has its effect, and call %i of the port gets Transient',
  async (nth) => {
    const { port, real, scheduler } = faulty({
      script: [{ fault: 'lostAnswer', method: 'add', nth }],
      delayMaxMs: 100,
    });
    for (let call = 1; call < nth; call += 1) await port.add(1);
    const lost = expect(port.add(1)).rejects.toMatchObject({ name: 'Transient' });
    await scheduler.advanceTo(100);
    await lost;
    expect(await real.read()).toBe(nth);
    expect(await port.add(1)).toBe(nth + 1);
  },
);

test('a write that fails for its own reason is also Transient when its answer is lost', async () => {
  const scheduler = virtualScheduler({ startAt: 0 });
  const script = [{ fault: 'lostAnswer', method: 'add', nth: 1 }] as const;
  const source = faultSource({ plan: { script, delayMaxMs: 1 }, random: seededRandom('faults'), scheduler });
  const refusing = { add: async () => Promise.reject(new Error('refused')) };
  const lost = expect(source.wrap(refusing).add()).rejects.toMatchObject({ name: 'Transient' });
  await scheduler.advanceTo(1);
  await lost;
});

test('the answer of a read is never lost by chance', async () => {
  const { port, source } = faulty({ chances: [{ fault: 'lostAnswer', probability: 1 }] });
  expect(await port.read()).toBe(0);
  expect(source.injected()).toEqual([]);
});

test('a read-only port answers reads, and refuses writes without effect', async () => {
  const { port, scheduler, source } = faulty({ readOnly: [{ from: 100, until: 200 }] });
  await scheduler.advanceTo(150);
  await expect(port.add(1)).rejects.toMatchObject({ name: 'Transient' });
  expect(await port.read()).toBe(0);
  await scheduler.advanceTo(200);
  expect(await port.add(1)).toBe(1);
  expect(source.injected()).toEqual([{ fault: 'readOnly', method: 'add', at: 150 }]);
});

test('the seed decides by chance which of the named methods get a fault', async () => {
  const run = async () => {
    const { port, source } = faulty({ chances: [{ fault: 'throttle', probability: 0.2, methods: ['add'] }] });
    for (let index = 0; index < 500; index += 1) {
      await port.add(1).catch(() => {});
      await port.read();
    }
    return source.injected();
  };
  const injected = await run();
  expect(injected.length).toBeGreaterThan(50);
  expect(injected.length).toBeLessThan(150);
  expect(injected.every(({ method }) => method === 'add')).toBe(true);
  expect(await run()).toEqual(injected);
});

test('a seed draws every kind of death that Lambda has a name for', async () => {
  const { source } = faulty({ chances: [{ fault: 'crashBefore', probability: 1 }] });
  const names = new Set<string>();
  for (let index = 0; index < 50; index += 1) {
    await source
      .wrap(counter())
      .read()
      .catch(({ name }: Error) => names.add(name));
  }
  expect([...names].sort()).toEqual([...DEATHS].sort());
});

test('a call that hangs has its effect, and its function ends by the timeout and does nothing more', async () => {
  const { source, real, scheduler } = faulty({ script: [{ fault: 'hang', method: 'add', nth: 1 }] });
  const life = { crashed: false };
  const port = source.wrap(real, life);
  const onTimeout = () => {
    life.crashed = true;
  };
  const run = withinTimeout({ scheduler, timeoutMs: 55_000, onTimeout }, () => port.add(1));
  const ended = expect(run).rejects.toMatchObject({
    name: 'Sandbox.Timedout',
    message: 'Task timed out after 55.00 seconds',
  });
  await scheduler.advanceTo(55_000);
  await ended;
  expect(await real.read()).toBe(1);
  await expect(port.add(1)).rejects.toThrow('a call after the crash');
});

test.each([
  ['before', 0],
  ['after', 1],
] as const)(
  'an invocation that fails %s its function ran has %i effects, and the next invocation is complete',
  async (when, effects) => {
    const { real, scheduler } = faulty({});
    const fault = { functionKey: 'rollBack', nth: 1, name: 'Lambda.ServiceException', when };
    const faults = invocationFaults({ plan: { script: [fault] }, random: seededRandom(1), scheduler });
    const invoke = () => faults.run('rollBack', () => real.add(1));
    await expect(invoke()).rejects.toMatchObject({ name: 'Lambda.ServiceException' });
    expect(await real.read()).toBe(effects);
    expect(await invoke()).toBe(effects + 1);
    expect(faults.injected()).toEqual([{ fault: 'invocation', method: 'rollBack', at: 0 }]);
  },
);

test('a seed draws every error of an invocation, and a throttled invocation never runs', async () => {
  const { scheduler } = faulty({});
  const faults = invocationFaults({ plan: { probability: 1 }, random: seededRandom(1), scheduler });
  const seen = new Map<string, number>();
  for (let index = 0; index < 100; index += 1) {
    let ran = 0;
    await faults
      .run('rollBack', async () => {
        ran = 1;
      })
      .catch(({ name }: Error) => seen.set(name, Math.max(seen.get(name) ?? 0, ran)));
  }
  expect(Object.fromEntries(seen)).toEqual(
    Object.fromEntries(INVOCATION_ERRORS.map((name) => [name, name === 'Lambda.TooManyRequestsException' ? 0 : 1])),
  );
});
