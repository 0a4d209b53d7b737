/**
 * Generates paths through a state machine from its definition: one for each transition. Each task has two more for each
 * name that its errors really have. One has a single failed attempt; the other fails until the state gives up.
 */
import type { MachineDefinition, RehearsedMachine, State } from '../../../src/twin/workflow/asl.ts';
import { attemptsUntilGivenUp, type Edge, edgesOf, nameOf, wayBetween } from './machine-edges.ts';
import { failure, namesOfErrors } from './real-errors.ts';

export type Attempt =
  | { readonly answer: unknown }
  | { readonly fails: { readonly error: string; readonly cause: string } }
  | { readonly timesOut: true };

export interface Path {
  readonly claim: string;
  readonly machine: RehearsedMachine;
  /** The transition for which this path was made. */
  readonly aim: Edge | null;
  readonly name: string;
  readonly input: unknown;
  /** The attempts of each state, in order. Each later attempt ends as `otherwise` says. */
  readonly script: Readonly<Record<string, readonly Attempt[]>>;
  readonly otherwise: Readonly<Record<string, Attempt>>;
}

export interface NamedMachine {
  readonly machine: RehearsedMachine;
  readonly definition: MachineDefinition;
}

export function pathsOf(machine: NamedMachine): Path[] {
  const map = mapOf(machine);
  const transitions = map.edges.map((edge) =>
    pathOf(map, {
      claim: nameOf(edge),
      aim: edge,
      script: scriptOf(machine, [...map.toState(edge.from), edge, ...map.toEnd(edge.to)]),
    }),
  );
  return [...transitions, ...tasksOf(machine.definition).flatMap(([name, state]) => failuresOf(map, { name, state }))];
}

type Map = ReturnType<typeof mapOf>;

/** The transitions of a machine, prepared for the search of paths. */
function mapOf(machine: NamedMachine) {
  const { StartAt, States } = machine.definition;
  const edges = edgesOf(machine.definition);
  const isEnd = (state: string) => ['Succeed', 'Fail'].includes(States[state]?.Type ?? '');
  const toState = (to: string) => wayBetween(edges, { from: StartAt, isThere: (state) => state === to });
  const toEnd = (from: string | null) => (from === null ? [] : wayBetween(edges, { from, isThere: isEnd }));
  return { machine, edges, toState, toEnd };
}

function pathOf({ machine, toEnd }: Map, { claim, aim, script }: Pick<Path, 'claim' | 'aim' | 'script'>): Path {
  const lastAnswers = tasksOf(machine.definition).map(([name]) => {
    const [answer] = scriptOf(machine, toEnd(name))[name] ?? [];
    return [name, answer] as const;
  });
  const otherwise = Object.fromEntries(lastAnswers) as Path['otherwise'];
  return {
    claim: `${machine.machine}: ${claim}`,
    aim,
    machine: machine.machine,
    name: EXECUTION,
    input: INPUT,
    script,
    otherwise,
  };
}

/**
 * The failures of one task: each error once, and until the state gives up. One more path mixes all errors that are
 * retried, because they share the retriers.
 */
function failuresOf(map: Map, { name, state }: { readonly name: string; readonly state: State }): Path[] {
  const failing = (claim: string, errors: readonly string[]): Path => {
    const script = scriptOf(map.machine, [...map.toState(name), ...map.toEnd(name)]);
    const attempts = [...errors.map((error) => failure(state, error)), ...(script[name] ?? [])];
    return pathOf(map, { claim: `${name} ${claim}`, aim: null, script: { ...script, [name]: attempts } });
  };
  const errors = namesOfErrors(state);
  const each = errors.flatMap((error) => {
    const times = attemptsUntilGivenUp(state, error);
    const once = failing(`fails once with ${error}`, [error]);
    return times === 1 ? [once] : [once, failing(`fails ${times} times with ${error}`, Array(times).fill(error))];
  });
  const retried = errors.filter((error) => attemptsUntilGivenUp(state, error) > 1);
  if (retried.length === 0) return each;
  const attempts = (state.Retry ?? []).reduce((sum, { MaxAttempts = 3 }) => sum + MaxAttempts, 1);
  const byTurns = Array.from({ length: attempts }, (_, index) => retried[index % retried.length] ?? '');
  return [...each, failing('fails with one error after the other', byTurns)];
}

function tasksOf({ States }: MachineDefinition): [string, State][] {
  return Object.entries(States).filter(([, { Type: kind }]) => kind === 'Task');
}

/** Returns what the tasks on a path have to answer, so that the choices lead along the path. */
function scriptOf({ definition }: NamedMachine, way: readonly Edge[]): Record<string, Attempt[]> {
  const script: Record<string, Attempt[]> = {};
  let data: Record<string, unknown> = {};
  for (const { from, by } of way) {
    const state = definition.States[from];
    if (state === undefined) continue;
    if (by.do === 'choose') put(data, by);
    if (state.Type !== 'Task') continue;
    const attempts = script[from] ?? [];
    script[from] = attempts;
    if (by.do === 'fail') {
      attempts.push(...Array<Attempt>(attemptsUntilGivenUp(state, by.error)).fill(failure(state, by.error)));
      continue;
    }
    const { answer, replaces } = answerOf(state);
    if (replaces !== null) data = replaces;
    attempts.push({ answer });
  }
  return script;
}

/** Puts a value at `$.next.do` into the answer of the last task. */
function put(
  data: Record<string, unknown>,
  { variable, word }: { readonly variable: string; readonly word: string },
): void {
  const names = variable.split('.').slice(1);
  const last = names.pop() ?? '';
  const holder = names.reduce((object, name) => object[name] as Record<string, unknown>, data);
  holder[last] = word;
}

/** A successful answer as the service gives it, and the part of it that becomes the data of the execution. */
function answerOf({ Resource = '', ResultPath }: State): { answer: unknown; replaces: Record<string, unknown> | null } {
  if (Resource.includes(':codebuild:')) {
    const ExportedEnvironmentVariables = [{ Name: 'SLIPWAY_RESULT', Value: '{"did":"shift"}' }];
    return { answer: { Build: { BuildStatus: 'SUCCEEDED', ExportedEnvironmentVariables } }, replaces: null };
  }
  if (Resource.includes(':states:startExecution')) return { answer: { Status: 'SUCCEEDED' }, replaces: null };
  if (Resource.endsWith('.waitForTaskToken')) return { answer: {}, replaces: null };
  const Payload = {
    pipelineRun: 'run-1',
    deploymentId: 'dep-1',
    next: { do: 'rollBack', toPercent: 10, forSeconds: 300, order: '{"do":"shift"}' },
    did: 'shift',
    outcome: 'unknown',
    because: 'An alarm is red.',
    forSeconds: 60,
  };
  return { answer: { StatusCode: 200, ExecutedVersion: '7', Payload }, replaces: ResultPath === null ? null : Payload };
}

const EXECUTION = 'dep-1';
const INPUT = {
  deploymentId: 'dep-1',
  service: 'checkout',
  pipelineRun: 'run-1',
  revision: 'abc',
  artifact: { kind: 'image', bucket: 'artifacts', reference: 'checkout:1' },
};
