/**
 * Starts the state machine of an opened deployment, with the deployment's id as its name, so that a second start is
 * harmless.
 */
import type { Deployment } from '../../domain/deployment/deployment.ts';
import { isSlipwayError } from '../../domain/errors.ts';
import type { Workflows } from '../../ports/workflows.ts';

/**
 * Longer than any request takes, in milliseconds: the request that opened a younger deployment may still be starting
 * it.
 */
export const STARTED_WITHIN_MS = 30_000;

export async function startWorkflow(
  { workflows }: { readonly workflows: Workflows },
  { id, kind }: Pick<Deployment, 'id' | 'kind'>,
): Promise<void> {
  try {
    await workflows.start(kind, id);
  } catch (error) {
    // The deployment is open and holds its lock, and `reconcile` will start it. An error here would wrongly say that
    // the request failed.
    if (!isSlipwayError(error, 'Transient')) throw error;
  }
}

/**
 * Answers a wait after its signal, or the end of its deployment, was recorded. Nothing is lost when Step Functions
 * accepts no answer now. `observeRollouts` answers for a deployment in flight, and the wait of an ended deployment
 * times out. Returns false when no execution waits.
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
