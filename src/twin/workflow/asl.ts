/**
 * Reads the shipped state machines for the rehearsal: the same files that are deployed, with `!GetAtt shiftTraffic.Arn`
 * read as the function's key, `shiftTraffic`.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { StateMachineDefinition } from 'aws-local-stepfunctions';
import { parse } from 'yaml';
import type { Machine } from '../../ports/workflows.ts';

/** The machines of deployments, and those of the pipeline. */
export type RehearsedMachine = Machine | 'delivery' | 'monitor';

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly BackoffRate?: number;
  readonly MaxAttempts?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}
export interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly TimeoutSeconds?: number;
  readonly TimeoutSecondsPath?: string;
  readonly SecondsPath?: string;
  readonly Retry?: readonly Retrier[];
  readonly Next?: string;
  readonly ResultPath?: string | null;
}
export interface MachineDefinition {
  readonly StartAt: string;
  readonly TimeoutSeconds?: number;
  readonly States: Readonly<Record<string, State>>;
}

export type Machines = Readonly<Record<RehearsedMachine, MachineDefinition>>;

const FOLDER = fileURLToPath(new URL('../../../stepfunctions/', import.meta.url));

export function loadMachines(): Machines {
  return {
    rollout: readMachine('rollout'),
    rollback: readMachine('rollback'),
    delivery: readMachine('delivery'),
    monitor: readMachine('monitor'),
  };
}

export function readMachine(machine: RehearsedMachine): MachineDefinition {
  const text = readFileSync(`${FOLDER}${machine}.asl.yml`, 'utf8');
  return parse(text, { customTags: [getAtt, sub] }) as MachineDefinition;
}

const getAtt = { tag: '!GetAtt', resolve: (path: string) => path.replace(/\.Arn$/, '') };
/** What only AWS knows stays as it is written; of an ARN, its end is what counts here. */
const sub = { tag: '!Sub', resolve: (text: string) => text };

/** Longer than any wait, and short enough for setTimeout. */
const NEVER_SECONDS = 2_000_000;

/**
 * The definition as aws-local-stepfunctions gets it. It has no say in time: the runner times tasks out and spaces retries
 * by its own scheduler, so here no task times out, and the length of a wait is passed to the runner in its parameters.
 * Nor does it choose what is retried: it repeats an attempt that the runner ends with `REPEATED` (see retries.ts).
 */
export function runnable(machine: MachineDefinition): StateMachineDefinition {
  const states = Object.entries(machine.States).map(([name, state]) => [name, withoutTime(state)]);
  return { ...machine, States: Object.fromEntries(states) } as StateMachineDefinition;
}

function withoutTime(state: State): State {
  if (state.Type === 'Wait') return asTask(state);
  if (state.Type !== 'Task') return state;
  const { TimeoutSecondsPath: path, ...rest } = state;
  const Parameters = path === undefined ? state.Parameters : { ...state.Parameters, [`${TIMEOUT_PARAMETER}.$`]: path };
  const Retry = [{ ErrorEquals: [REPEATED], MaxAttempts: Number.MAX_SAFE_INTEGER }];
  return { ...rest, Retry, TimeoutSeconds: NEVER_SECONDS, ...(Parameters === undefined ? {} : { Parameters }) };
}

/** A wait is the runner's too: a task that takes that long and changes nothing. */
function asTask({ SecondsPath: path, ...rest }: State): State {
  const Parameters = { [`${TIMEOUT_PARAMETER}.$`]: path };
  return { ...rest, Type: 'Task', Resource: WAIT, Parameters, ResultPath: null, TimeoutSeconds: NEVER_SECONDS };
}

export const WAIT = 'rehearsal:wait';

/** The name of an error that stands for one which is retried. */
export const REPEATED = 'rehearsal:repeated';

/** The parameter in which a task whose timeout is given by a path finds it, resolved. */
export const TIMEOUT_PARAMETER = 'TimeoutSeconds';
