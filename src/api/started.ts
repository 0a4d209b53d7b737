/** What starting a deployment, for the first time or once more, answers. */
import type { Deployment } from '../domain/deployment/deployment.ts';
import type { PipelineRun } from '../domain/pipeline/pipeline-run.ts';
import type { Finding } from '../domain/preflight/finding.ts';
import type { Step } from '../domain/service/strategy.ts';
import type { Reply } from './contract.ts';
import { accepted } from './present.ts';
import type { UnchangedView } from './views.ts';

interface Unchanged {
  readonly service: string;
  readonly version: string;
  readonly because: string;
}

export type StartRolloutResult =
  | { readonly outcome: 'opened' | 'existing'; readonly deployment: Deployment }
  | { readonly outcome: 'unchanged'; readonly unchanged: Unchanged }
  | {
      readonly outcome: 'dryRun';
      readonly findings: readonly Finding[];
      readonly steps: readonly Step[];
      readonly unchanged: Unchanged | null;
    };

export type StartDeploymentResult =
  | StartRolloutResult
  | { readonly outcome: 'pipelineStarted'; readonly run: PipelineRun };

/** A dry run is answered at once, and so is a release that changes nothing; a deployment goes on after the answer. */
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
