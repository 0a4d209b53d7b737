/**
 * Rolls back a rollout in flight quickly: one call puts all traffic on stable, then the signal is stored, then the
 * token is answered. For an alarm and the judge, the traffic comes first because users are waiting. The signal comes
 * before the token, so that it is never lost. The task that the token wakes sends the notices.
 */

import type { Deployment } from '../../domain/deployment/deployment.ts';
import type { RetreatKind } from '../../domain/deployment/signal.ts';
import { takeBackOnTarget } from '../targets/back.ts';
import type { TakeTrafficBackPorts } from '../targets/seam/going-back.ts';

export interface Retreat {
  readonly deployment: Deployment;
  readonly kind: RetreatKind;
  readonly because: string;
  readonly by: string;
  /** True when a person asked for it, and not an alarm or the judge. Then the record may come before the traffic. */
  readonly isAsked?: boolean;
  /** The Idempotency-Key of the request. */
  readonly requestKey?: string | null;
}

/** Returns the deployment as recorded. The deployment may have ended meanwhile; its status then tells the caller. */
export async function takeTrafficBack(
  ports: TakeTrafficBackPorts,
  { deployment, kind, because, by, isAsked = false, requestKey = null }: Retreat,
): Promise<Deployment> {
  const signal = { kind, because, by, at: ports.clock.now() };
  const isPressing = kind === 'rollBack' && !isAsked;
  return takeBackOnTarget(ports, { deployment, asked: { signal, requestKey }, isPressing });
}
