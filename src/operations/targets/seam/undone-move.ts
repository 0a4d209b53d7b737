/** What a promotion that is undone leaves to its rollback. */
import type { Deployment } from '../../../domain/deployment/deployment.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { UrgentDeployments } from '../../../ports/deployments.ts';
import type { Traffic } from '../../../ports/traffic.ts';

export interface UndoMovePorts {
  readonly deployments: UrgentDeployments;
  readonly traffic: Traffic;
  readonly clock: Clock;
}

export interface UndoMove {
  /** It was promoted. */
  readonly deployment: Deployment;
  readonly because: string;
  readonly by: string;
  /** A rollout in flight without a call, which started from the version that is undone: the rollback takes its place. */
  readonly superseding: Deployment | null;
}

/** Nothing was moved: the rollout that was to be superseded has calls after all. */
export interface HeldByRollout {
  readonly heldBy: Deployment;
}

/** From where to where the rollback leads; at 0 % its calls have been moved already, at 100 % its machine moves them. */
export interface UndoneMove {
  readonly to: string;
  readonly from: string;
  readonly atPercent: 0 | 100;
  readonly liveRevision: string;
}
