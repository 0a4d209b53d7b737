import { contracts } from '../../../src/api/all-contracts.ts';
import type { Contract } from '../../../src/api/contract.ts';
import { aLane, type Lane } from './a-lane.ts';
import { everyFlush } from './every-flush.ts';
import { WAYS } from './postgres-proxy.ts';
import { routes } from './routes.ts';

/** While one scene waits for a client to give up, others go on. */
const LANES = 4;
const lanes: Lane[] = [];
let struck = 0;
beforeAll(async () => {
  lanes.push(...(await Promise.all(Array.from({ length: LANES }, aLane))));
});
afterAll(async () => {
  process.stdout.write(`${struck} flushes of ${routes.length} operations were lost, in ${WAYS.length} ways.\n`);
  await Promise.all(lanes.map((lane) => lane.close()));
});

test('each route that may write is in the suite', () => {
  const all: readonly Contract[] = Object.values(contracts);
  const writing = all.filter(({ method }) => method !== 'GET').map(({ name }) => name);
  expect([...new Set(routes.map(({ name }) => name))].sort()).toEqual(writing.sort());
});

test.each(routes)(
  '$name $scene is done once and to its end, whichever of its flushes is lost and repeated',
  async (operation) => {
    const found = await everyFlush(lanes, operation);
    struck += found.struck;
    expect(found.faults).toEqual([]);
    expect(found.struck).toBeGreaterThan(0);
  },
  60_000,
);
