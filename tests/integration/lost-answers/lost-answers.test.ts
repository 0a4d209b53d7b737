import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { contracts } from '../../../src/api/all-contracts.ts';
import type { Contract } from '../../../src/api/route/contract.ts';
import { loadMachines } from '../../../src/twin/workflow/asl.ts';
import { aLane, type Lane } from './a-lane.ts';
import { everyFlush } from './every-flush.ts';
import { listeners } from './listeners.ts';
import type { Operation } from './operation.ts';
import { WAYS } from './postgres-proxy.ts';
import { routes } from './routes.ts';
import { tasks } from './tasks.ts';

/** While one scene waits for a client to give up, other scenes continue. */
const LANES = 4;
const lanes: Lane[] = [];
const operations = [...routes, ...tasks, ...listeners];
let struck = 0;
beforeAll(async () => {
  lanes.push(...(await Promise.all(Array.from({ length: LANES }, aLane))));
});
afterAll(async () => {
  process.stdout.write(`${struck} flushes of ${operations.length} operations were lost, in ${WAYS.length} ways.\n`);
  await Promise.all(lanes.map((lane) => lane.close()));
});

test('the suite of lost answers covers each route that may write', () => {
  const all: readonly Contract[] = Object.values(contracts);
  const writing = all.filter(({ method }) => method !== 'GET').map(({ name }) => name);
  expect(namesOf(routes)).toEqual(writing.sort());
});

test('the suite of lost answers covers each task of a state machine', () => {
  const states = Object.values(loadMachines()).flatMap((machine) => Object.values(machine.States));
  const keys = states.map(({ Parameters }) => Parameters?.FunctionName).filter((key) => key !== undefined);
  expect(namesOf(tasks)).toEqual([...new Set(keys)].sort());
});

test('the suite of lost answers covers each listener except the migrations', () => {
  const { functions } = parse(readFileSync('serverless.yml', 'utf8'), { logLevel: 'silent', merge: true });
  const keys = Object.entries(functions as Record<string, { readonly handler: string }>)
    .filter(([key, { handler }]) => handler.includes('/events/') && key !== 'migrateDatabase')
    .map(([key]) => key);
  expect(namesOf(listeners)).toEqual(keys.sort());
});

function namesOf(given: readonly Operation[]): readonly string[] {
  return [...new Set(given.map(({ name }) => name))].sort();
}

test.each(operations)(
  '$name $scene takes effect once and completely, whichever of its flushes is lost and repeated',
  async (operation) => {
    const found = await everyFlush(lanes, operation);
    struck += found.struck;
    expect(found.faults).toEqual([]);
    expect(found.struck).toBeGreaterThan(0);
  },
  // The time limit ends a run that hangs.
  300_000,
);
