/**
 * Reads one order to a cluster, carries it out and reports the result as an exit code. Its log holds nothing of the
 * workload's own environment.
 */
import { writeFile } from 'node:fs/promises';
import { readFields } from '../api/fields/read-fields.ts';
import { type ErrorName, isSlipwayError, SlipwayError } from '../domain/errors.ts';
import type { ClusterFailed, ClusterOrder, ClusterResult } from '../domain/orders/cluster-order.ts';
import { elapsedMs, type LogLine, loggedError, type WriteLog, writeLog } from '../functions/request-log.ts';
import { ClusterTaskOrder } from '../operations/workload/cluster-messages.ts';
import { runClusterOrder } from '../operations/workload/run-cluster-order.ts';
import type { ClusterPorts } from '../operations/workload/workload-store.ts';
import { boundedResult } from './bounded-result.ts';

export interface ClusterTask {
  /** Throws when there is no order, or when it is too long. */
  readonly readOrder: () => string;
  readonly ports: ClusterPorts;
  /** Throws when the version of kubectl does not fit the cluster. */
  readonly checkTools: () => Promise<unknown>;
  readonly resultFile?: string | undefined;
  readonly log?: WriteLog;
}

const DONE = 0;
const UNREADABLE = 2;
/**
 * For these errors a result was reported. The build then succeeds, and the state machine reads the rest from the
 * result.
 */
const FAILED = {
  InvalidRequest: 10,
  NotFound: 11,
  Conflict: 12,
  Transient: 13,
  Broken: 14,
  Forbidden: 15,
} satisfies Record<ErrorName, number>;
/** An unexpected error without a result. */
const BROKE = 70;

/** Resolves with the exit code. */
export async function runClusterTask(task: ClusterTask): Promise<number> {
  const startedAt = performance.now();
  const { log = writeLog, resultFile } = task;
  const order = orderOf(task);
  if (order instanceof Error) {
    const { name, message } = order;
    log({ level: 'error', message: 'order unreadable', durationMs: elapsedMs(startedAt), error: { name, message } });
    return UNREADABLE;
  }
  const { deploymentId, service, do: act } = order;
  const tell = (line: Said) =>
    log(
      withoutEnvironment(
        { ...line, deploymentId, serviceName: service, do: act, durationMs: elapsedMs(startedAt) },
        order,
      ),
    );
  try {
    tell({ level: 'info', message: 'cluster task started' });
    const result = boundedResult(await carryOut(task, order));
    if (resultFile !== undefined) await writeFile(resultFile, JSON.stringify(result));
    tell(lineOf(result));
    return result.ok ? DONE : FAILED[result.error.name];
  } catch (error) {
    tell({ level: 'error', message: 'cluster task broke', error: loggedError(error) });
    return BROKE;
  }
}

function orderOf({ readOrder }: ClusterTask): ClusterOrder | Error {
  try {
    return parsed(readOrder());
  } catch (error) {
    return error as Error;
  }
}

function parsed(text: string): ClusterOrder {
  const read = readFields(ClusterTaskOrder, jsonOf(text));
  if (read.ok) return read.value;
  const problems = read.errors.map(({ pointer, detail }) => `${pointer || 'the whole'}: ${detail}`).join(' ');
  throw new SlipwayError('InvalidRequest', `The order cannot be read. ${problems}`);
}

/** The parser's message quotes its input, so it is not passed on. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SlipwayError('InvalidRequest', 'The order is not JSON. Start the task with the JSON of a ClusterOrder.');
  }
}

async function carryOut({ ports, checkTools }: ClusterTask, order: ClusterOrder): Promise<ClusterResult> {
  // Only before a plan, which comes before any change: a rollback is tried with any version of kubectl.
  const unfit = order.do === 'plan' ? await unfitness(checkTools) : null;
  return unfit === null ? runClusterOrder(ports, order) : failedBy(unfit, order);
}

/** When a cluster did not answer, the order itself asks again, with more retries. */
async function unfitness(checkTools: ClusterTask['checkTools']): Promise<SlipwayError | null> {
  try {
    await checkTools();
    return null;
  } catch (error) {
    if (isSlipwayError(error, 'Transient')) return null;
    if (isSlipwayError(error)) return error;
    throw error;
  }
}

function failedBy({ name, message, details }: SlipwayError, order: ClusterOrder): ClusterFailed {
  return { do: order.do, ok: false, error: { name, message, details } };
}

interface Said extends Pick<LogLine, 'level' | 'message' | 'error'> {
  readonly result?: object;
}

/** The notes are for the timeline: a diff in them shows whole manifests. */
function lineOf(result: ClusterResult): Said {
  if (!result.ok) return { level: 'error', message: 'cluster task failed', error: result.error };
  const { notes: _, ok: __, do: ___, ...done } = result;
  return { level: 'info', message: 'cluster task done', result: done };
}

/** Shorter values are not secrets, and are part of many common words. */
const VALUE_LENGTH_MIN = 6;

function withoutEnvironment(line: LogLine, order: ClusterOrder): LogLine {
  const values =
    'manifests' in order && 'environment' in order.manifests ? Object.values(order.manifests.environment) : [];
  const text = values
    .filter((value) => value.length >= VALUE_LENGTH_MIN)
    .sort((one, other) => other.length - one.length)
    .reduce((left, value) => left.replaceAll(JSON.stringify(value).slice(1, -1), '***'), JSON.stringify(line));
  return JSON.parse(text);
}
