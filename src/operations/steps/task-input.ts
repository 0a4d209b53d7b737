/** What every task of a state machine gets and gives: ids, never documents. */
import * as z from 'zod/mini';
import { goesForward } from '../../domain/deployment/accept-signal.ts';
import type { Deployment } from '../../domain/deployment/deployment.ts';
import { type Decision, decideNext, momentSeconds, secondsToDeadline } from '../../domain/deployment/rollout.ts';
import { type ClusterOrder, clusterOrderFor, lookOrderFor } from '../../domain/orders/cluster-order.ts';
import { computeFor, type TaskCompute } from '../../domain/orders/task-compute.ts';

export const DeploymentTask = z.object({ deploymentId: z.string().check(z.minLength(1), z.maxLength(80)) });
export type DeploymentTask = z.infer<typeof DeploymentTask>;

/** The state of an execution after a task: which deployment, and what comes next. */
export interface TaskResult {
  readonly deploymentId: string;
  readonly next: Decision | RunOnCluster | WaitAMoment;
}

/** What the step needs is not there yet, and nothing is wrong: the machine waits, and goes on where `backTo` says. */
export const WaitAMoment = z.object({
  do: z.literal('wait'),
  forSeconds: z.int().check(z.minimum(1)),
  /** The task to come back to: PlanRollout, PublishVersion, or JudgeCanary, which takes up signals and decides again. */
  backTo: z.enum(['plan', 'publish', 'judge']),
  /** For the log. */
  because: z.string(),
});
export type WaitAMoment = z.infer<typeof WaitAMoment>;

/** Only the container task can do the next step: it gets the order as it stands, in one environment variable. */
export interface RunOnCluster {
  readonly do: 'runOnCluster';
  /** The JSON of a ClusterOrder. */
  readonly order: string;
  /** What it runs on, when it goes forward; a way back is always in haste. */
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
  // A signal is taken up before a step is ordered, by the one task that does; but the plan has to be there first.
  if (signal !== null && status !== 'opened') return { deploymentId: id, next: { do: 'judge' } };
  return { deploymentId: id, next: runOnCluster(order) };
}

/** A task on the cluster looks at the canary's pods, and the judge comes after it. */
export function lookResult(deployment: Deployment, now: number): TaskResult {
  const order = lookOrderFor(deployment);
  if (order === null) return taskResult(deployment, now);
  return { deploymentId: deployment.id, next: runOnCluster(order) };
}

/** Comes back in a moment; unless the rollout has ended, has to go back or has no time left, and then that is next. */
export function comeBack(deployment: Deployment, { now, backTo, because, forSeconds }: ComeBack): TaskResult {
  const result = taskResult(deployment, now);
  // An advance that came before an approval ran out of time is taken up where the step leads, and not before.
  const isAdvanced = deployment.signal !== null && goesForward(deployment) && now < deployment.deadlineAt;
  if (result.next.do === 'stop' || (result.next.do === 'rollBack' && !isAdvanced)) return result;
  const seconds = Math.min(forSeconds ?? momentSeconds(deployment, now), secondsToDeadline(deployment, now));
  return { ...result, next: { do: 'wait', forSeconds: seconds, backTo, because } };
}

export interface ComeBack extends Pick<WaitAMoment, 'backTo' | 'because'> {
  readonly now: number;
  /** Where it is known when to come back; otherwise the wait grows with the time that the step takes. */
  readonly forSeconds?: number;
}

/** What Step Functions knows of the error that a Catch caught; the state carries it to the task that handles it. */
export const CaughtError = z.object({ Error: z.optional(z.string()), Cause: z.optional(z.unknown()) });
export type CaughtError = z.infer<typeof CaughtError>;

/** The error in one sentence. A Cause is often the JSON of a Lambda error, or of a whole build, of which little is of use. */
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

/** What the phase of a build that did not succeed says of it, and where its log is. */
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
