/**
 * What somebody wants of a rollout in flight. A deployment carries at most one signal that is not taken up yet, and a
 * retreat, once there, is never replaced: promote, then abort, aborts; abort, then promote, aborts too.
 */
export const RETREATS = ['abort', 'rollBack', 'supersede'] as const;

export const ADVANCES = ['promote', 'pause', 'resume', 'skip', 'approve'] as const;

export type RetreatKind = (typeof RETREATS)[number];

export type SignalKind = RetreatKind | (typeof ADVANCES)[number];

export interface Signal {
  readonly kind: SignalKind;
  readonly because: string;
  readonly by: string;
  readonly at: number;
}

export function isRetreat<S extends Pick<Signal, 'kind'>>(
  signal: S | null,
): signal is S & { readonly kind: RetreatKind } {
  return signal !== null && (RETREATS as readonly SignalKind[]).includes(signal.kind);
}

/** Whether evidence speaks in it: who aborts or supersedes a deployment, and a deadline, say nothing of how its version fares. */
export function isAccuser(by: string): boolean {
  return by === 'judge' || by.startsWith('alarm ');
}
