/**
 * Reads the shipped state machines for the rehearsal: the files that are deployed, with `!GetAtt shiftTraffic.Arn` read
 * as the function's key, `shiftTraffic`.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { StateMachineDefinition } from 'aws-local-stepfunctions';
import { parse } from 'yaml';
import type { Machine } from '../../ports/workflows.ts';

/** The machines of deployments and of the pipeline. */
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
/** Values that only AWS knows stay as they are written. Only the end of an ARN matters here. */
const sub = { tag: '!Sub', resolve: (text: string) => text };

/** Longer than any wait, and short enough for setTimeout. */
const NEVER_SECONDS = 2_000_000;

/**
 * The definition for aws-local-stepfunctions, which does not control time. The runner times tasks out and spaces
 * retries by its own scheduler. So no task times out here, and the length of a wait is a parameter. The interpreter
 * does not choose what is retried either: it repeats an attempt that the runner ends with `REPEATED` (see retries.ts).
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

/** The runner also handles a wait: it becomes a task that takes that long and changes nothing. */
function asTask({ SecondsPath: path, ...rest }: State): State {
  const Parameters = { [`${TIMEOUT_PARAMETER}.$`]: path };
  return { ...rest, Type: 'Task', Resource: WAIT, Parameters, ResultPath: null, TimeoutSeconds: NEVER_SECONDS };
}

export const WAIT = 'rehearsal:wait';

/** The error name that marks an error to be retried. */
export const REPEATED = 'rehearsal:repeated';

/** The parameter that holds the resolved timeout of a task whose timeout is a path. */
export const TIMEOUT_PARAMETER = 'TimeoutSeconds';
