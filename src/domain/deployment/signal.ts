/**
 * What a person, an alarm or the judge wants from a deployment in flight. A deployment has at most one pending signal,
 * and a retreat is never replaced: promote and then abort aborts; abort and then promote aborts too.
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
  /** The step in which the signal was accepted, counted from 1. Retreats and rows of an older Slipway lack it. */
  readonly step?: number | undefined;
}

export function isRetreat<S extends Pick<Signal, 'kind'>>(
  signal: S | null,
): signal is S & { readonly kind: RetreatKind } {
  return signal !== null && (RETREATS as readonly SignalKind[]).includes(signal.kind);
}

/**
 * True when the sender of the signal has evidence against the version. A person who aborts, a deployment that
 * supersedes, and a deadline have none.
 */
export function isAccuser(by: string): boolean {
  return by === 'judge' || by.startsWith('alarm ');
}
