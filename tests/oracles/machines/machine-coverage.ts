/** Finds the transitions and the retries of the machines that no path took. */
import { type Edge, edgesOf, nameOf } from './machine-edges.ts';
import type { NamedMachine, Path } from './machine-paths.ts';
import type { Trace } from './trace.ts';

interface Walked {
  readonly paths: readonly Path[];
  readonly traces: readonly Trace[];
}

export function transitionsLeftOut(machines: readonly NamedMachine[], { paths, traces }: Walked): string[] {
  return machines.flatMap(({ machine, definition }) => {
    const walks = paths.flatMap(({ aim, machine: of }, index) => {
      const trace = traces[index];
      return of === machine && trace !== undefined ? [{ aim, trace }] : [];
    });
    const edges = edgesOf(definition).filter(
      (edge) => !walks.some(({ aim, trace }) => aim !== null && nameOf(aim) === nameOf(edge) && isTaken(edge, trace)),
    );
    const repeating = Object.entries(definition.States).filter(([, { Retry = [] }]) => Retry.length > 0);
    const neverRepeated = repeating.filter(([name]) => !walks.some(({ trace }) => isRepeated(name, trace)));
    return [
      ...edges.map((edge) => `${machine}: ${nameOf(edge)}`),
      ...neverRepeated.map(([name]) => `${machine}: ${name} was never repeated`),
    ];
  });
}

function isTaken({ from, to }: Edge, { states, status }: Trace): boolean {
  if (to === null) return status === 'FAILED' && states.at(-1) === from;
  return states.some((state, index) => state === from && states[index + 1] === to);
}

/** True when the state had more attempts than visits. */
function isRepeated(name: string, { states, tasks }: Trace): boolean {
  return tasks.filter(({ state }) => state === name).length > states.filter((state) => state === name).length;
}
