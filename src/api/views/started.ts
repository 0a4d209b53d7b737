/** The answer when a deployment is started or retried. */
import type { StartRolloutResult, Unchanged } from '../../domain/preflight/start-result.ts';
import type { Reply } from '../route/contract.ts';
import { accepted } from './present.ts';
import type { UnchangedView } from './views.ts';

/**
 * A dry run, or a version that is already live, gets its final answer at once. A deployment goes on after the answer.
 */
export function started(result: StartRolloutResult): Reply {
  switch (result.outcome) {
    case 'dryRun': {
      const { findings, steps, unchanged } = result;
      const outcome = unchanged === null ? {} : presentUnchanged(unchanged);
      return { status: 200, body: { ...outcome, findings, steps: unchanged === null ? steps : [] }, changed: false };
    }
    case 'unchanged':
      return { status: 200, body: presentUnchanged(result.unchanged) };
    default:
      return accepted(result.deployment);
  }
}

function presentUnchanged({ service, version, because }: Unchanged): UnchangedView {
  return { outcome: 'unchanged', service, version, because };
}
