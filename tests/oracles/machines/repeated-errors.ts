/** Checks which errors the machines must repeat, from the definitions alone and without an interpreter. */
import type { MachineDefinition } from '../../../src/twin/workflow/asl.ts';
import { attemptsUntilGivenUp, type Edge, edgesOf } from './machine-edges.ts';
import type { NamedMachine } from './machine-paths.ts';
import { DEAD_FUNCTION, isLambda, LOST_CALL, namesOfErrors } from './real-errors.ts';

/** The first task of a rollback, in each machine that has a rollback. */
const WAY_BACK = 'RollBack';

export function notRepeated({ machine, definition }: NamedMachine): string[] {
  const wayBack = statesOfTheWayBack(definition);
  return Object.entries(definition.States)
    .filter(([, { Type: kind }]) => kind === 'Task')
    .flatMap(([name, state]) => {
      const forward = isLambda(state) ? [...DEAD_FUNCTION, ...LOST_CALL] : [];
      const needed = wayBack.has(name) ? namesOfErrors(state) : forward;
      return needed
        .filter((error) => attemptsUntilGivenUp(state, error) === 1)
        .map((error) => `${machine}: ${name} is not repeated after ${error}.`);
    });
}

/** The states after RollBack, without the states that a rollout also enters when it goes forward. */
function statesOfTheWayBack({ StartAt, States, ...rest }: MachineDefinition): ReadonlySet<string> {
  if (States[WAY_BACK] === undefined) return new Set();
  const edges = edgesOf({ StartAt, States, ...rest });
  const forward = edges.filter(({ by, to }) => by.do !== 'fail' && to !== WAY_BACK);
  const passed = StartAt === WAY_BACK ? new Set() : reachable(StartAt, forward);
  return new Set([...reachable(WAY_BACK, edges)].filter((state) => !passed.has(state)));
}

function reachable(from: string, edges: readonly Edge[]): Set<string> {
  const found = new Set([from]);
  // The set grows while the loop reads it, so the loop ends when no new state is found.
  for (const state of found) for (const edge of edges) if (edge.from === state && edge.to !== null) found.add(edge.to);
  return found;
}
