/** The exit codes of the commands that call a Slipway. A script may branch on them, so none ever changes its meaning. */
import type { DeploymentView } from '../../api/views/views.ts';
import type { SlipwayError } from '../../domain/errors.ts';

export const EXIT_CODES = {
  good: { code: 0, means: 'promoted, healthy, or done' },
  refused: { code: 1, means: 'the command line is wrong, or Slipway refused it' },
  rolledBack: { code: 2, means: 'rolled back' },
  failed: { code: 3, means: 'failed: a person must look' },
  superseded: { code: 4, means: 'superseded by a later deployment' },
  timeout: { code: 5, means: '--timeout is over; the deployment goes on' },
  awaitsApproval: { code: 6, means: 'waits for a person, with --until approval' },
  notReached: { code: 7, means: 'Slipway was not reached, or did not let you in' },
  frozen: { code: 8, means: 'frozen: nothing is deployed now, or this revision is quarantined' },
  conflict: { code: 9, means: 'in conflict with what is going on, such as another deployment in flight' },
  left: { code: 130, means: 'left by Ctrl-C, or nobody reads the output; the deployment goes on' },
} as const satisfies Readonly<Record<string, { readonly code: number; readonly means: string }>>;

export type ExitName = keyof typeof EXIT_CODES;

/** How a wait for a deployment ended. */
export interface Waited {
  readonly how: 'ended' | 'timeout' | 'approval' | 'left';
  readonly deployment: Pick<DeploymentView, 'status' | 'kind'>;
}

export function exitOfWait({ how, deployment }: Waited): ExitName {
  switch (how) {
    case 'ended':
      return exitOfDeployment(deployment);
    case 'timeout':
      return 'timeout';
    case 'approval':
      return 'awaitsApproval';
    case 'left':
      return 'left';
  }
}

/** A deployment in flight is healthy until Slipway rolls it back. A rollback that has rolled back did what was asked. */
export function exitOfDeployment({ status, kind }: Waited['deployment']): ExitName {
  switch (status) {
    case 'rolledBack':
    case 'rollingBack':
      return kind === 'rollback' ? 'good' : 'rolledBack';
    case 'failed':
      return 'failed';
    case 'superseded':
      return 'superseded';
    case 'opened':
    case 'rollingOut':
    case 'awaitingApproval':
    case 'paused':
    case 'promoted':
    case 'unchanged':
      return 'good';
  }
  // A later Slipway may have a status that this command line does not know.
  return 'failed';
}

export function exitOfError({ name, details }: SlipwayError): ExitName {
  if (details.status === 423 || typeof details.release === 'string') return 'frozen';
  switch (name) {
    case 'Forbidden':
    case 'Transient':
    case 'Broken':
      return 'notReached';
    case 'Conflict':
      return 'conflict';
    case 'NotFound':
    case 'InvalidRequest':
      return 'refused';
  }
}
