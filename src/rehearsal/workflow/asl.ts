/**
 * Reads the shipped state machines for the rehearsal: the same files that are deployed, with `!GetAtt shiftTraffic.Arn`
 * read as the function's key, `shiftTraffic`.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { StateMachineDefinition } from 'aws-local-stepfunctions';
import { parse } from 'yaml';
import type { Machine } from '../../ports.ts';

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
}
export interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly TimeoutSeconds?: number;
  readonly TimeoutSecondsPath?: string;
  readonly Retry?: readonly Retrier[];
  readonly Next?: string;
}
export interface MachineDefinition {
  readonly StartAt: string;
  readonly TimeoutSeconds?: number;
  readonly States: Readonly<Record<string, State>>;
}

export type Machines = Readonly<Record<Machine, MachineDefinition>>;

const FOLDER = fileURLToPath(new URL('../../../stepfunctions/', import.meta.url));

export function loadMachines(): Machines {
  return { rollout: readMachine('rollout'), rollback: readMachine('rollback') };
}

export function readMachine(machine: Machine): MachineDefinition {
  const text = readFileSync(`${FOLDER}${machine}.asl.yml`, 'utf8');
  return parse(text, { customTags: [getAtt] }) as MachineDefinition;
}

const getAtt = { tag: '!GetAtt', resolve: (path: string) => path.replace(/\.Arn$/, '') };

/** Longer than any wait, and short enough for setTimeout. */
const NEVER_SECONDS = 2_000_000;

/**
 * The definition as aws-local-stepfunctions gets it. It has no say in time: the runner times tasks out and spaces retries
 * by its own scheduler, so here no task times out, and the length of a wait is passed to the runner in its parameters.
 */
export function runnable(machine: MachineDefinition): StateMachineDefinition {
  const states = Object.entries(machine.States).map(([name, state]) => [name, withoutTime(state)]);
  return { ...machine, States: Object.fromEntries(states) } as StateMachineDefinition;
}

function withoutTime(state: State): State {
  if (state.Type !== 'Task') return state;
  const { TimeoutSecondsPath: path, ...rest } = state;
  const Parameters = path === undefined ? state.Parameters : { ...state.Parameters, [`${TIMEOUT_PARAMETER}.$`]: path };
  return { ...rest, TimeoutSeconds: NEVER_SECONDS, ...(Parameters === undefined ? {} : { Parameters }) };
}

/** The parameter in which a task whose timeout is given by a path finds it, resolved. */
export const TIMEOUT_PARAMETER = 'TimeoutSeconds';
