import type { Deployment } from '../../domain/deployment/deployment.ts';
import { DeploymentId } from '../fields/request-fields.ts';
import { WithReasonAndStep } from '../fields/seen-step.ts';
import type { Contract } from '../route/contract.ts';
import { accepted } from '../views/present.ts';

/** Five routes share one operation: the signal is the last word of the path. */
const signalRoute = {
  method: 'POST',
  needs: 'deployer',
  about: 'deployment',
  params: DeploymentId,
  body: WithReasonAndStep,
  respond: (deployment: Deployment) => accepted(deployment),
} as const;

export const promoteDeploymentContract = {
  ...signalRoute,
  name: 'promoteDeployment',
  path: '/deployments/{id}/promote',
  summary: 'Leave out the steps that are left and put all traffic on the new version',
  fixed: { signal: 'promote' },
} as const satisfies Contract;

export const pauseDeploymentContract = {
  ...signalRoute,
  name: 'pauseDeployment',
  path: '/deployments/{id}/pause',
  summary: 'Stay at the present weight until resumed; alarms still take it back',
  fixed: { signal: 'pause' },
} as const satisfies Contract;

export const resumeDeploymentContract = {
  ...signalRoute,
  name: 'resumeDeployment',
  path: '/deployments/{id}/resume',
  summary: 'Go on after a pause or a hold',
  fixed: { signal: 'resume' },
} as const satisfies Contract;

export const skipDeploymentContract = {
  ...signalRoute,
  name: 'skipDeployment',
  path: '/deployments/{id}/skip',
  summary: 'Leave out the bake or the judgement in progress',
  fixed: { signal: 'skip' },
} as const satisfies Contract;

export const approveDeploymentContract = {
  ...signalRoute,
  name: 'approveDeployment',
  path: '/deployments/{id}/approve',
  summary:
    'Approve a deployment that waits for it, as somebody else than who opened it; a pushed commit needs two people',
  needs: 'approver',
  fixed: { signal: 'approve' },
} as const satisfies Contract;

export const signalDeploymentContracts = [
  promoteDeploymentContract,
  pauseDeploymentContract,
  resumeDeploymentContract,
  skipDeploymentContract,
  approveDeploymentContract,
] as const;
