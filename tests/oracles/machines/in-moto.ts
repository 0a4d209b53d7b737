/** Runs paths in moto's interpreter, through `run-machines.py`. */
import type { MachineDefinition } from '../../../src/twin/workflow/asl.ts';
import { askPython } from '../python.ts';
import type { NamedMachine, Path } from './machine-paths.ts';
import { type Trace, withoutToken } from './trace.ts';

interface MotoTask {
  readonly state: string;
  readonly given: {
    readonly FunctionName?: string;
    readonly Payload?: unknown;
    readonly ProjectName?: string;
    readonly EnvironmentVariablesOverride?: readonly { readonly Name: string; readonly Value: string }[];
    readonly Input?: unknown;
  };
}

export async function inMoto(machines: readonly NamedMachine[], paths: readonly Path[]): Promise<Trace[]> {
  const definitions = Object.fromEntries(
    machines.map(({ machine, definition }): [string, MachineDefinition] => [machine, definition]),
  );
  const traces = await askPython<(Trace & { readonly tasks: readonly MotoTask[] })[]>('machines/run-machines.py', {
    machines: definitions,
    paths: paths.map(({ machine, name, input, script, otherwise }) => ({ machine, name, input, script, otherwise })),
  });
  return traces.map(({ states, tasks, status, error, cause }) => ({
    states,
    tasks: tasks.map(given),
    status,
    error,
    cause,
  }));
}

/** Translates the input of a task into the words of the twin. */
function given({
  state,
  given: { FunctionName, Payload, ProjectName, EnvironmentVariablesOverride = [], Input },
}: MotoTask) {
  if (FunctionName !== undefined) return { state, given: withoutToken(Payload) };
  if (ProjectName === undefined) return { state, given: Input };
  return { state, given: Object.fromEntries(EnvironmentVariablesOverride.map(({ Name, Value }) => [Name, Value])) };
}
