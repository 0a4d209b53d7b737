/** Turns at Lambda's control plane: they limit how fast Slipway calls it. */
import type { Turn, TurnOrder } from '../domain/deployment/turns.ts';

/**
 * Forward steps of all services claim their calls here, in all functions of this installation. At most `callsPerSecond`
 * calls are claimed for each second. A rollback never claims a turn.
 */
export interface Turns {
  /**
   * Claims consecutive calls at the earliest free moments, beginning with the moments of the last second. Claims
   * nothing when the moment is further ahead than `withinMs`.
   *
   * When other claimants hold the next moments, it finds an earlier claim of the same claimant again. A claim can be
   * found until 8 seconds after its moment.
   */
  claim(order: TurnOrder): Promise<Turn>;
  /** Deletes claims whose time is over. */
  sweep(): Promise<void>;
}
