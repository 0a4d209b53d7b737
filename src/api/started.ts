/** What starting a deployment, for the first time or once more, answers. */
import type { Deployment } from '../domain/deployment.ts';
import type { Finding } from '../domain/finding.ts';
import type { PipelineRun } from '../domain/pipeline-run.ts';
import type { Step } from '../domain/strategy.ts';
import type { Reply } from './contract.ts';
import { accepted } from './present.ts';

export type StartDeploymentResult =
  | { readonly outcome: 'opened' | 'existing'; readonly deployment: Deployment }
  | { readonly outcome: 'dryRun'; readonly findings: readonly Finding[]; readonly steps: readonly Step[] };

export type DeployResult = StartDeploymentResult | { readonly outcome: 'pipelineStarted'; readonly run: PipelineRun };

/** A dry run is answered at once; a deployment goes on after the answer. */
export function started(result: StartDeploymentResult): Reply {
  return result.outcome === 'dryRun'
    ? { status: 200, body: { findings: result.findings, steps: result.steps }, changed: false }
    : accepted(result.deployment);
}
