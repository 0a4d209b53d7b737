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
  /** The promoted deployment that is undone. */
  readonly deployment: Deployment;
  readonly because: string;
  readonly by: string;
  /** A rollout in flight without calls that started from the undone version. The rollback supersedes it. */
  readonly superseding: Deployment | null;
}

/** Nothing was moved: the rollout that was to be superseded has calls after all. */
export interface HeldByRollout {
  readonly heldBy: Deployment;
}

/** The versions between which the rollback moves the calls. At 0 % the calls have moved already; at 100 % the state machine moves them. */
export interface UndoneMove {
  readonly to: string;
  readonly from: string;
  readonly atPercent: 0 | 100;
  readonly liveRevision: string;
}
