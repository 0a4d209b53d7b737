/**
 * Makes each task of a state machine call something with the name of its state, so that a script can answer each state
 * separately.
 */
import type { MachineDefinition, RehearsedMachine, State } from '../../../src/twin/workflow/asl.ts';
import type { NamedMachine } from './machine-paths.ts';

export function tasksNamed({ machine, definition }: NamedMachine): NamedMachine {
  const states = Object.entries(definition.States).map(([name, state]) => [name, calling(name, state)]);
  return { machine, definition: { ...definition, States: Object.fromEntries(states) } };
}

function calling(name: string, state: State): State {
  const { Parameters = {} } = state;
  if ('FunctionName' in Parameters) return { ...state, Parameters: { ...Parameters, FunctionName: name } };
  if ('ProjectName' in Parameters) return { ...state, Parameters: { ...Parameters, ProjectName: name } };
  return state;
}

/** `slipway-dev-rollout` in the template is `rollout` here. */
export function packagedMachine({
  resource,
  definition,
}: {
  resource: { Properties?: Readonly<Record<string, unknown>> };
  definition: unknown;
}): NamedMachine {
  const machine = String(resource.Properties?.StateMachineName).split('-').at(-1) as RehearsedMachine;
  return { machine, definition: definition as MachineDefinition };
}
