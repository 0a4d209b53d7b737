/**
 * Reads the transitions of a state machine from its definition: what has to happen in a state, and to which state it
 * leads.
 */
import type { MachineDefinition, State } from '../../../src/twin/workflow/asl.ts';

/** A state as it is packaged, with the fields that the twin does not read. */
export interface PackagedState extends State {
  readonly Choices?: readonly { readonly Variable: string; readonly StringEquals: string; readonly Next: string }[];
  readonly Default?: string;
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
}

export type By =
  | { readonly do: 'succeed' }
  | { readonly do: 'choose'; readonly variable: string; readonly word: string }
  | { readonly do: 'fail'; readonly error: string };

export interface Edge {
  readonly from: string;
  /** Null when the execution fails there. */
  readonly to: string | null;
  readonly by: By;
}

/** No choice of any machine names this word, so the default takes it. */
const UNKNOWN_WORD = 'somethingElse';
/** No machine names this error, so only a wildcard takes it. */
const UNNAMED_ERROR = 'Broken';

export function edgesOf(machine: MachineDefinition): Edge[] {
  return Object.entries(machine.States).flatMap(([from, state]) => exitsOf(from, state));
}

function exitsOf(from: string, state: PackagedState): Edge[] {
  const { Type: kind, Next: to = null, Choices = [], Default, Catch = [] } = state;
  if (kind === 'Wait') return [{ from, to, by: { do: 'succeed' } }];
  if (kind === 'Choice') {
    const chosen = Choices.map(({ Variable, StringEquals, Next }) => edge(from, Next, Variable, StringEquals));
    const variable = Choices[0]?.Variable ?? '';
    return Default === undefined ? chosen : [...chosen, edge(from, Default, variable, UNKNOWN_WORD)];
  }
  if (kind !== 'Task') return [];
  const caught = Catch.map(
    ({ ErrorEquals, Next }): Edge => ({ from, to: Next, by: { do: 'fail', error: oneOf(ErrorEquals) } }),
  );
  const isAllCaught = Catch.some(({ ErrorEquals }) => ErrorEquals.includes('States.ALL'));
  const uncaught: Edge = { from, to: null, by: { do: 'fail', error: UNNAMED_ERROR } };
  return [{ from, to, by: { do: 'succeed' } }, ...caught, ...(isAllCaught ? [] : [uncaught])];
}

function oneOf([name = UNNAMED_ERROR]: readonly string[]): string {
  return WILDCARDS.includes(name) ? UNNAMED_ERROR : name;
}

const WILDCARDS: readonly string[] = ['States.ALL', 'States.TaskFailed'];

function edge(from: string, to: string, variable: string, word: string): Edge {
  return { from, to, by: { do: 'choose', variable, word } };
}

/** The name of a transition in a report: `WhatNext -> Bake by $.next.do bake`. */
export function nameOf({ from, to, by }: Edge): string {
  const what = { succeed: () => 'success', choose: chosenWords, fail: failedWords }[by.do](by as never);
  return `${from} -> ${to ?? 'failed'} by ${what}`;
}

function chosenWords({ variable, word }: { readonly variable: string; readonly word: string }): string {
  return `${variable} ${word}`;
}

function failedWords({ error }: { readonly error: string }): string {
  return error;
}

/**
 * Returns how many attempts of a state fail with an error before the state gives up: 1 when no retrier takes the error.
 */
export function attemptsUntilGivenUp({ Retry = [] }: State, error: string): number {
  const retrier = Retry.find(({ ErrorEquals }) => ErrorEquals.some((name) => isTaken(name, error)));
  return retrier === undefined ? 1 : (retrier.MaxAttempts ?? 3) + 1;
}

function isTaken(name: string, error: string): boolean {
  return name === error || name === 'States.ALL' || (name === 'States.TaskFailed' && error !== 'States.Timeout');
}

/**
 * Returns the transitions of the shortest path between two states. It contains a failure only where no other path
 * exists.
 */
export function wayBetween(
  edges: readonly Edge[],
  { from, isThere }: { from: string; isThere: (state: string) => boolean },
): Edge[] {
  const costs = new Map<string, number>([[from, 0]]);
  const ways = new Map<string, Edge[]>([[from, []]]);
  const open = new Set([from]);
  while (open.size > 0) {
    const state = [...open].reduce((near, other) => (cost(costs, other) < cost(costs, near) ? other : near));
    if (isThere(state)) return ways.get(state) ?? [];
    open.delete(state);
    for (const exit of edges) {
      if (exit.from !== state || exit.to === null) continue;
      const sum = cost(costs, state) + (exit.by.do === 'fail' ? FAILURE_COST : 1);
      if (sum >= cost(costs, exit.to)) continue;
      costs.set(exit.to, sum);
      ways.set(exit.to, [...(ways.get(state) ?? []), exit]);
      open.add(exit.to);
    }
  }
  throw new Error(`There is no way on from ${from}.`);
}

const FAILURE_COST = 20;

function cost(costs: ReadonlyMap<string, number>, state: string): number {
  return costs.get(state) ?? Number.POSITIVE_INFINITY;
}
