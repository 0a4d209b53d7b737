/**
 * The fast way back of a rollout in flight: all traffic to stable with one call, then the signal, then the token, in
 * that order. For an alarm and the judge traffic comes first, because users are waiting; the signal before the token, so that it is never lost. The notices
 * are sent by the task that the token wakes, off this path.
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
  /** A person asked for it, and no alarm or judge: then the record may come before the traffic. */
  readonly isAsked?: boolean;
  /** The Idempotency-Key of who asked. */
  readonly requestKey?: string | null;
}

/** Returns the deployment as recorded. It may have ended meanwhile; then the caller sees that by its status. */
export async function takeTrafficBack(
  ports: TakeTrafficBackPorts,
  { deployment, kind, because, by, isAsked = false, requestKey = null }: Retreat,
): Promise<Deployment> {
  const signal = { kind, because, by, at: ports.clock.now() };
  const isPressing = kind === 'rollBack' && !isAsked;
  return takeBackOnTarget(ports, { deployment, asked: { signal, requestKey }, isPressing });
}
