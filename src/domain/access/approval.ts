/**
 * How many people must approve a step. The person who asks for a deployment never approves it, so two people take part.
 * After a push nobody knows the person: git accepts any author, and CodePipeline and a CI job name no pusher. Then two
 * people must approve.
 */

import type { Deployment } from '../deployment/deployment.ts';
import { isCallerName, isJobName } from './caller-name.ts';

type Asked = Pick<Deployment, 'by' | 'pipelineRun'>;

/**
 * True when no person that Slipway knows asked for the deployment. A job asked for it, or a push or a person in the AWS
 * console started the pipeline.
 */
export function needsTwoApprovers({ by, pipelineRun }: Asked): boolean {
  return isJobName(by) || (pipelineRun !== null && !isCallerName(by));
}

/** The first of the two people who must approve the current step; null before the first approval. */
export function firstApprover({ progress }: Pick<Deployment, 'progress'>): string | null {
  const { approval, stepIndex } = progress;
  return approval?.stepIndex === stepIndex ? approval.by : null;
}

/**
 * * `done`: with this approval the step has all that it needs.
 * * `first`: another person must still approve.
 * * `known`: this person has already approved.
 */
export function countApproval(deployment: Deployment, by: string): 'done' | 'first' | 'known' {
  if (!needsTwoApprovers(deployment)) return 'done';
  const first = firstApprover(deployment);
  if (first === null) return 'first';
  return first === by ? 'known' : 'done';
}

/** Returns the deployment with the first of two approvals for the current step. */
export function approvedOnce(deployment: Deployment, by: string): Deployment {
  const { progress } = deployment;
  return { ...deployment, progress: { ...progress, approval: { stepIndex: progress.stepIndex, by } } };
}
