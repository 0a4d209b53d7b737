/** Starts the state machine of an opened deployment, under its id, so that starting it twice is harmless. */
import type { Deployment } from '../domain/deployment.ts';
import { isSlipwayError } from '../domain/errors.ts';
import type { Workflows } from '../ports.ts';

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
