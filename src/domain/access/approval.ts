/**
 * How many people approve a step. Whoever asks for a deployment never approves it, so that two people are needed. A push asks
 * in nobody's name, through the pipeline or through a job of a CI system: git lets an author write any name and address, and
 * CodePipeline knows no pusher. Then two people approve.
 */

import type { Deployment } from '../deployment/deployment.ts';
import { isCallerName, isJobName } from './caller-name.ts';

type Asked = Pick<Deployment, 'by' | 'pipelineRun'>;

/**
 * True when no person that Slipway knows asked for the deployment: a job did, or a push, or somebody in AWS's console, started
 * the pipeline.
 */
export function needsTwoApprovers({ by, pipelineRun }: Asked): boolean {
  return isJobName(by) || (pipelineRun !== null && !isCallerName(by));
}

/** Who approved the step in progress, of the two people that it needs; null when nobody has. */
export function firstApprover({ progress }: Pick<Deployment, 'progress'>): string | null {
  const { approval, stepIndex } = progress;
  return approval?.stepIndex === stepIndex ? approval.by : null;
}

/** `done`: the step has all its approvals with this one. `first`: somebody else is still needed. `known`: this person approved before. */
export function countApproval(deployment: Deployment, by: string): 'done' | 'first' | 'known' {
  if (!needsTwoApprovers(deployment)) return 'done';
  const first = firstApprover(deployment);
  if (first === null) return 'first';
  return first === by ? 'known' : 'done';
}

/** The deployment with its first approval, of two, for the step in progress. */
export function approvedOnce(deployment: Deployment, by: string): Deployment {
  const { progress } = deployment;
  return { ...deployment, progress: { ...progress, approval: { stepIndex: progress.stepIndex, by } } };
}
