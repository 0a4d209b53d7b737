/** Starts the state machine of an opened deployment, under its id, so that starting it twice is harmless. */
import type { Deployment } from '../../domain/deployment/deployment.ts';
import { isSlipwayError } from '../../domain/errors.ts';
import type { Workflows } from '../../ports/workflows.ts';

/** Longer than any request takes, in milliseconds: a younger deployment is still being started by whoever opened it. */
export const STARTED_WITHIN_MS = 30_000;

export async function startWorkflow(
  { workflows }: { readonly workflows: Workflows },
  { id, kind }: Pick<Deployment, 'id' | 'kind'>,
): Promise<void> {
  try {
    await workflows.start(kind, id);
  } catch (error) {
    // The deployment is open and holds its lock; `reconcile` starts what was not started. To fail now would be a lie.
    if (!isSlipwayError(error, 'Transient')) throw error;
  }
}

/**
 * Answers a wait whose signal, or whose deployment's end, is recorded. Where Step Functions takes no answer now, nothing is lost: the
 * minute's tick answers for a deployment in flight, and the wait of one that has ended ends by its own time. False: nobody waits.
 */
export async function answerWait(
  { workflows }: { readonly workflows: Workflows },
  waitToken: string | null,
): Promise<boolean> {
  if (waitToken === null) return false;
  try {
    return await workflows.answer(waitToken);
  } catch (error) {
    if (!isSlipwayError(error, 'Transient')) throw error;
    return true;
  }
}
