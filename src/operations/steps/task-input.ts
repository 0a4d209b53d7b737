/** The input and the result of every task of a state machine: ids, never whole documents. */
import * as z from 'zod/mini';
import { goesForward } from '../../domain/deployment/accept-signal.ts';
import type { Deployment } from '../../domain/deployment/deployment.ts';
import { type Decision, decideNext, momentSeconds, secondsToDeadline } from '../../domain/deployment/rollout.ts';
import { type ClusterOrder, clusterOrderFor, lookOrderFor } from '../../domain/orders/cluster-order.ts';
import { computeFor, type TaskCompute } from '../../domain/orders/task-compute.ts';

export const DeploymentTask = z.object({ deploymentId: z.string().check(z.minLength(1), z.maxLength(80)) });
export type DeploymentTask = z.infer<typeof DeploymentTask>;

/** The state of an execution after a task: the deployment, and what comes next. */
export interface TaskResult {
  readonly deploymentId: string;
  readonly next: Decision | RunOnCluster | WaitAMoment;
}

/**
 * What the step needs does not exist yet, and nothing is wrong. The machine waits, then goes on at the task that
 * `backTo` names.
 */
export const WaitAMoment = z.object({
  do: z.literal('wait'),
  forSeconds: z.int().check(z.minimum(1)),
  /**
   * The task to come back to: PlanRollout, PublishVersion, or JudgeCanary, which takes up signals and decides again.
   */
  backTo: z.enum(['plan', 'publish', 'judge']),
  /** For the log. */
  because: z.string(),
});
export type WaitAMoment = z.infer<typeof WaitAMoment>;

/** Only the container task can do the next step. It gets the order unchanged, in one environment variable. */
export interface RunOnCluster {
  readonly do: 'runOnCluster';
  /** The JSON of a ClusterOrder. */
  readonly order: string;
  /** The compute for the task of a forward order. A rollback always runs on Lambda compute, which starts fastest. */
  readonly compute: TaskCompute;
}

export function runOnCluster(order: ClusterOrder): RunOnCluster {
  return { do: 'runOnCluster', order: JSON.stringify(order), compute: computeFor(order) };
}

export function taskResult(deployment: Deployment, now: number): TaskResult {
  const { id, signal, status } = deployment;
  const decision = decideNext(deployment, now);
  const order = clusterOrderFor(deployment, decision);
  if (order === null) return { deploymentId: id, next: decision };
  // JudgeCanary takes up a signal before a step is ordered, but the plan must exist first.
  if (signal !== null && status !== 'opened') return { deploymentId: id, next: { do: 'judge' } };
  return { deploymentId: id, next: runOnCluster(order) };
}

/** A task on the cluster looks at the canary's pods; the judge comes after it. */
export function lookResult(deployment: Deployment, now: number): TaskResult {
  const order = lookOrderFor(deployment);
  if (order === null) return taskResult(deployment, now);
  return { deploymentId: deployment.id, next: runOnCluster(order) };
}

/** Comes back in a moment. If the rollout has ended, must roll back or has no time left, that comes next instead. */
export function comeBack(deployment: Deployment, { now, backTo, because, forSeconds }: ComeBack): TaskResult {
  const result = taskResult(deployment, now);
  // An advance that came before its approval ran out of time is still taken up, by the task that takes up signals.
  const isAdvanced = deployment.signal !== null && goesForward(deployment) && now < deployment.deadlineAt;
  if (result.next.do === 'stop' || (result.next.do === 'rollBack' && !isAdvanced)) return result;
  const seconds = Math.min(forSeconds ?? momentSeconds(deployment, now), secondsToDeadline(deployment, now));
  return { ...result, next: { do: 'wait', forSeconds: seconds, backTo, because } };
}

export interface ComeBack extends Pick<WaitAMoment, 'backTo' | 'because'> {
  readonly now: number;
  /** Set when the time to come back is known; otherwise the wait grows with the time that the step takes. */
  readonly forSeconds?: number;
}

/** What Step Functions knows about an error that a Catch caught. The state carries it to the task that handles it. */
export const CaughtError = z.object({ Error: z.optional(z.string()), Cause: z.optional(z.unknown()) });
export type CaughtError = z.infer<typeof CaughtError>;

/**
 * Returns the error in one sentence. A Cause is often the JSON of a Lambda error or of a whole build, and little of
 * that is useful.
 */
export function errorInWords({ Error: name, Cause: cause }: CaughtError): string {
  const message = messageOf(cause);
  return message === ''
    ? `A task failed (${name ?? 'unknown error'})`
    : `A task failed (${name ?? 'unknown error'}): ${message}`;
}

function messageOf(cause: unknown): string {
  if (typeof cause === 'object' && cause !== null)
    return 'errorMessage' in cause ? String(cause.errorMessage) : buildMessageOf(cause);
  if (typeof cause !== 'string') return '';
  if (!cause.startsWith('{')) return cause;
  try {
    return messageOf(JSON.parse(cause));
  } catch {
    return cause;
  }
}

const FailedBuild = z.object({
  Phases: z.array(
    z.object({
      PhaseType: z.string(),
      PhaseStatus: z.optional(z.string()),
      Contexts: z.optional(z.array(z.object({ Message: z.optional(z.string()) }))),
    }),
  ),
  Logs: z.optional(z.object({ DeepLink: z.optional(z.string()) })),
});

/** Returns what the failed phase of a build says, and where the log of the build is. */
function buildMessageOf(cause: object): string {
  const read = z.safeParse(FailedBuild, 'Build' in cause ? cause.Build : cause);
  if (!read.success) return '';
  const { Phases, Logs } = read.data;
  const failed = Phases.find(({ PhaseStatus = 'SUCCEEDED' }) => PhaseStatus !== 'SUCCEEDED');
  if (failed === undefined) return '';
  const said = (failed.Contexts ?? []).map(({ Message = '' }) => Message).filter((text) => text !== '');
  const log = Logs?.DeepLink === undefined ? '' : ` Its log: ${Logs.DeepLink}`;
  return `the phase ${failed.PhaseType} of its build ended as ${failed.PhaseStatus}: ${said.join('; ') || 'no reason given'}.${log}`;
}
