/** Runs the shipped state machines in two independent interpreters: the twin's and moto's. */
import { readMachine, type State } from '../../src/twin/workflow/asl.ts';
import { machinesOf } from '../repo/machine-rules.ts';
import { packagedTemplate } from '../repo/packaged-template.ts';
import { differencesOf } from './machines/differences.ts';
import { inMoto } from './machines/in-moto.ts';
import { inRunner } from './machines/in-runner.ts';
import { transitionsLeftOut } from './machines/machine-coverage.ts';
import { type NamedMachine, type Path, pathsOf } from './machines/machine-paths.ts';
import { packagedMachine, tasksNamed } from './machines/named-tasks.ts';
import { notRepeated } from './machines/repeated-errors.ts';
import type { Trace } from './machines/trace.ts';
import { hasSeen } from './seen.ts';

const MACHINES = ['rollout', 'rollback', 'delivery', 'monitor'] as const;
/** The machines as the twin reads them. */
const machines = MACHINES.map((machine): NamedMachine => tasksNamed({ machine, definition: readMachine(machine) }));

/** The machines as they are in the template. */
let packaged: NamedMachine[] = [];
let paths: Path[] = [];
let moto: Trace[] = [];
beforeAll(async () => {
  packaged = machinesOf(await packagedTemplate())
    .map(packagedMachine)
    .map(tasksNamed);
  paths = packaged.flatMap(pathsOf);
  moto = await inMoto(packaged, paths);
});

test('both interpreters visit the same states, give each task the same input, and end alike, on every path', async () => {
  const runner: Trace[] = [];
  for (const path of paths) runner.push(await inRunner(machines, path));
  expect(differencesOf(paths, { moto, runner })).toEqual([]);
  const attempts = moto.reduce((sum, { tasks }) => sum + tasks.length, 0);
  hasSeen('machines', { machines: packaged.length, paths: paths.length, attempts });
});

test('the paths take every transition of every machine', () => {
  expect(packaged.map(({ machine }) => machine).sort()).toEqual([...MACHINES].sort());
  expect(transitionsLeftOut(packaged, { paths, traces: moto })).toEqual([]);
});

test('without its path, a transition is reported as left out', () => {
  const isKept = ({ aim }: Path) => aim?.from !== 'KeepWatch';
  const traces = moto.filter((_, index) => paths[index] !== undefined && isKept(paths[index]));
  expect(transitionsLeftOut(packaged, { paths: paths.filter(isKept), traces })).toEqual([
    'monitor: KeepWatch -> ReadWatch by success',
  ]);
});

test('a task is repeated after a dead function or a lost call, and in a rollback after any failure', () => {
  expect(packaged.flatMap(notRepeated)).toEqual([]);
});

test('a retrier that leaves out the error of a dead function is reported by name', () => {
  const forgotten = changed('monitor', 'ReadWatch', ({ Retry = [], ...state }) => {
    const names = (ErrorEquals: readonly string[]) => ErrorEquals.filter((name) => name !== 'Sandbox.Timedout');
    return { ...state, Retry: Retry.map((retrier) => ({ ...retrier, ErrorEquals: names(retrier.ErrorEquals) })) };
  });
  expect(forgotten.flatMap(notRepeated)).toEqual(['monitor: ReadWatch is not repeated after Sandbox.Timedout.']);
});

test('a rollback that repeats only Transient errors is reported', () => {
  const careful = changed('rollback', 'RollBack', (state) => ({ ...state, Retry: [{ ErrorEquals: ['Transient'] }] }));
  expect(careful.flatMap(notRepeated)).toContain('rollback: RollBack is not repeated after Broken.');
});

test.each<[string, (state: State) => State, string]>([
  [
    'a timeout',
    (state) => ({ ...state, Retry: withoutName(state, 'States.Timeout') }),
    'fails once with States.Timeout',
  ],
  ['one attempt less', (state) => ({ ...state, Retry: oneLess(state) }), 'fails 13 times with Transient'],
  [
    'another payload',
    (state) => ({ ...state, Parameters: { ...state.Parameters, Payload: {} } }),
    'fails once with Conflict',
  ],
])('an interpreter that differs in %s is reported', async (_, change, claim) => {
  const differing = changed('monitor', 'ReadWatch', change);
  const path = paths.find((one) => one.claim === `monitor: ReadWatch ${claim}`);
  if (path === undefined) throw new Error(`There is no path on which ReadWatch ${claim}.`);
  const traces = { moto: moto.slice(paths.indexOf(path)), runner: [await inRunner(differing, path)] };
  expect(differencesOf([path], traces)).toEqual([expect.stringContaining(`monitor: ReadWatch ${claim}`)]);
});

function changed(name: string, stateName: string, change: (state: State) => State): NamedMachine[] {
  return machines.map(({ machine, definition }) => {
    const state = definition.States[stateName];
    if (machine !== name || state === undefined) return { machine, definition };
    return { machine, definition: { ...definition, States: { ...definition.States, [stateName]: change(state) } } };
  });
}

function withoutName({ Retry = [] }: State, left: string): NonNullable<State['Retry']> {
  return Retry.map((retrier) => ({ ...retrier, ErrorEquals: retrier.ErrorEquals.filter((name) => name !== left) }));
}

function oneLess({ Retry = [] }: State): NonNullable<State['Retry']> {
  return Retry.map((retrier) => ({ ...retrier, MaxAttempts: (retrier.MaxAttempts ?? 3) - 1 }));
}
