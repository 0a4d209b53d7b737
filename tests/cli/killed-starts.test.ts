/**
 * Kills `slipway start` at many moments, with a rollout on Lambda and one on Kubernetes in flight. Each time the next
 * start shows its whole first screen, settles both, says what they became, and ends with exit code 0 on Ctrl-C.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as tick } from 'node:timers/promises';
import { type SlipwayClient, slipwayClient } from '../../src/api/client.ts';
import { type AStart, aStart, endStarts, freePort, killed } from './a-start.ts';

const data = mkdtempSync(join(tmpdir(), 'slipway-killed-'));
afterEach(endStarts);
afterAll(() => rmSync(data, { recursive: true, force: true }));

const GOOD = {
  checkout: { s3: { bucket: 'local', key: 'examples/checkout/good-new.mjs' } },
  orders: { image: 'local/examples/orders/good-new.mjs:2' },
} as const;
type Name = keyof typeof GOOD;

interface Flight {
  readonly start: AStart;
  readonly client: SlipwayClient;
  readonly ids: Readonly<Record<Name, string>>;
}

async function started(): Promise<AStart> {
  const start = aStart({ data, port: await freePort() });
  await start.shown();
  return start;
}

type Strategy = NonNullable<Parameters<SlipwayClient['startDeployment']>[0]['strategy']>;

async function opened(client: SlipwayClient, name: Name, strategy: Strategy | undefined): Promise<string> {
  for (;;) {
    const { findings } = await client.checkService({ name });
    if (findings.every(({ severity }) => severity !== 'error')) break;
    await tick(500);
  }
  const order = { service: name, artifact: GOOD[name], ...(strategy && { strategy }) };
  const result = await client.startDeployment(order);
  if (!('id' in result)) throw new Error(`Nothing was opened: ${JSON.stringify(result)}`);
  return result.id;
}

async function inFlight(strategy?: Strategy): Promise<Flight> {
  const start = await started();
  const client = slipwayClient({ baseUrl: start.url });
  const [checkout, orders] = await Promise.all([
    opened(client, 'checkout', strategy),
    opened(client, 'orders', strategy),
  ]);
  return { start, client, ids: { checkout, orders } };
}

/** Waits until the timeline of that deployment has the entry, the status, or is over. */
async function until({ client }: Flight, id: string, reached: string): Promise<void> {
  for (;;) {
    const { timeline, status, settledAt } = await client.readDeployment({ id });
    if (status === reached || settledAt !== null || timeline.some(({ kind }) => kind === reached)) return;
    await tick(20);
  }
}

const both = (flight: Flight, reached: string) =>
  Promise.all(Object.values(flight.ids).map((id) => until(flight, id, reached)));

interface Moment {
  readonly strategy?: Strategy;
  readonly comes: (flight: Flight) => Promise<unknown>;
}

const promoted = ({ client, ids }: Flight, reason: string) =>
  Promise.all(Object.values(ids).map((id) => client.promoteDeployment({ id, reason })));

const MOMENTS: Readonly<Record<string, Moment>> = {
  'right after they were opened': { comes: async () => {} },
  'while their versions are published': { comes: (flight) => until(flight, flight.ids.orders, 'RolloutPlanned') },
  'while calls shift to them': { comes: (flight) => until(flight, flight.ids.orders, 'VersionPublished') },
  'in their bakes': { comes: (flight) => both(flight, 'BakeStarted') },
  'while the judge has its say': {
    strategy: [{ setWeight: 50 }, { bake: { seconds: 25 } }, { judge: {} }, { bake: { minutes: 1 } }],
    comes: async (flight) => {
      await both(flight, 'BakeStarted');
      await tick(24_900);
    },
  },
  'while they wait for an approval': {
    strategy: [{ setWeight: 50 }, { approve: { within: { minutes: 20 } } }],
    comes: (flight) => both(flight, 'ApprovalRequested'),
  },
  'while they roll back': {
    comes: async (flight) => {
      await both(flight, 'BakeStarted');
      const { client, ids } = flight;
      await Promise.all(Object.values(ids).map((id) => client.abortDeployment({ id, reason: 'kill' })));
    },
  },
  'between the promotion and its record': {
    comes: async (flight) => {
      await both(flight, 'BakeStarted');
      await promoted(flight, 'kill');
      await until(flight, flight.ids.checkout, 'Promoted');
    },
  },
  'while pods of a promoted version come': {
    comes: async (flight) => {
      await both(flight, 'BakeStarted');
      await promoted(flight, 'kill');
      await tick(2_500);
    },
  },
  'during the shutdown': {
    comes: async (flight) => {
      await both(flight, 'BakeStarted');
      flight.start.child.kill('SIGINT');
      await tick(15);
    },
  },
};

test('a start that is killed while it sets up its database for the first time leaves nothing that the next one minds', async () => {
  for (const afterMs of [300, 1_500, 3_000]) {
    const folder = join(data, `first-${afterMs}`);
    const first = aStart({ data: folder, port: await freePort() });
    while (!first.output().includes('Slipway starts')) await tick(20);
    await tick(afterMs);
    await killed(first.child);
    const next = aStart({ data: folder, port: await freePort() });
    await next.shown();
    next.child.kill('SIGINT');
    expect(await next.ended).toBe(0);
  }
});

/** A rollout that had not begun goes on. Its bakes take minutes, so it is aborted once it is seen to go on. */
async function ended(
  client: SlipwayClient,
  { id, from }: { readonly id: string; readonly from: number },
): Promise<void> {
  let isAborted = false;
  for (;;) {
    const { settledAt, timeline } = await client.readDeployment({ id });
    if (settledAt !== null) return;
    const goesOn = timeline.some(({ kind, at }) => kind === 'BakeStarted' && Date.parse(at) > from);
    if (goesOn && !isAborted) await client.abortDeployment({ id, reason: 'seen' });
    isAborted ||= goesOn;
    await tick(200);
  }
}

test.each(Object.entries(MOMENTS))(
  'two rollouts that are killed %s are settled by the next start, which shows it',
  async (_, moment) => {
    const flight = await inFlight(moment.strategy);
    await moment.comes(flight);
    await killed(flight.start.child);

    const from = performance.now();
    const next = await started();
    // A limit for what hangs; a quiet machine takes four seconds.
    expect(performance.now() - from).toBeLessThan(45_000);
    const client = slipwayClient({ baseUrl: next.url });
    for (const [service, id] of Object.entries(flight.ids)) {
      await ended(client, { id, from: performance.timeOrigin + from });
      const { timeline, settledAt } = await client.readDeployment({ id });
      expect(settledAt).not.toBeNull();
      const isToldNow = timeline.some(({ at }) => Date.parse(at) >= performance.timeOrigin + from);
      const [, told = ''] = next.output().split('Ctrl-C stops.');
      if (isToldNow) expect(told).toMatch(new RegExp(`^${service} `, 'm'));
    }
    next.child.kill('SIGINT');
    expect(await next.ended).toBe(0);
    expect(next.output()).not.toMatch(/gets no pods|^\s+at .*:\d+/m);
  },
  300_000,
);

test('a start that is killed while it repairs what an earlier one left is followed by a whole one', async () => {
  const flight = await inFlight();
  await both(flight, 'BakeStarted');
  await killed(flight.start.child);
  for (const afterMs of [1_000, 2_000, 3_500]) {
    const repairing = aStart({ data, port: await freePort() });
    await tick(afterMs);
    await killed(repairing.child);
  }
  const last = await started();
  last.child.kill('SIGINT');
  expect(await last.ended).toBe(0);
});
