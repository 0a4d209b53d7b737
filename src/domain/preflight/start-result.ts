/** The results of starting a rollout: `startRollout` and `retryDeployment`. */
import type { Deployment } from '../deployment/deployment.ts';
import type { Step } from '../service/strategy.ts';
import type { Finding } from './finding.ts';

/** A release that asks for what is live already: nothing was deployed. */
export interface Unchanged {
  readonly service: string;
  /** The live version. */
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
      /** Set when a deployment would change nothing; null when it would be a rollout. */
      readonly unchanged: Unchanged | null;
    };
