/**
 * How far a rolling update may go in one step: the arithmetic of Kubernetes' deployment controller, on numbers alone.
 * There are never more pods than `desired + maxSurge`. No pod is removed if fewer than `desired - maxUnavailable` would
 * stay available.
 */
export interface SetCount {
  readonly name: string;
  /** The ordered number. */
  readonly replicas: number;
  readonly available: number;
}

export interface Limits {
  readonly maxSurge: number;
  readonly maxUnavailable: number;
}

export interface RollingUpdate {
  readonly desired: number;
  readonly limits: Limits;
  readonly fresh: SetCount;
  /** Oldest first. */
  readonly old: readonly SetCount[];
}

export type Sizes = ReadonlyMap<string, number>;

/**
 * The surge is rounded up and the unavailable number down. When both are 0, one pod may be unavailable, because
 * otherwise the update would never move.
 */
export function rollingLimits(
  { maxSurge, maxUnavailable }: { maxSurge: number | string; maxUnavailable: number | string },
  desired: number,
): Limits {
  const share = (value: number | string) =>
    typeof value === 'string' && value.endsWith('%') ? (Number.parseInt(value, 10) * desired) / 100 : Number(value);
  const limits = { maxSurge: Math.ceil(share(maxSurge)), maxUnavailable: Math.floor(share(maxUnavailable)) };
  return limits.maxSurge === 0 && limits.maxUnavailable === 0 ? { ...limits, maxUnavailable: 1 } : limits;
}

/** Returns the sets that change their size now, by name. Sets grow first; they shrink only when no set can grow. */
export function planRollingUpdate(update: RollingUpdate): Sizes {
  const size = freshSize(update);
  return size === update.fresh.replicas ? shrunkOld(update) : new Map([[update.fresh.name, size]]);
}

function freshSize({ desired, limits, fresh, old }: RollingUpdate): number {
  if (fresh.replicas >= desired) return desired;
  const room = desired + limits.maxSurge - fresh.replicas - sum(old.map(({ replicas }) => replicas));
  return fresh.replicas + Math.max(0, Math.min(room, desired - fresh.replicas));
}

function shrunkOld({ desired, limits, fresh, old }: RollingUpdate): Sizes {
  const total = fresh.replicas + sum(old.map(({ replicas }) => replicas));
  const minAvailable = desired - limits.maxUnavailable;
  const most = total - minAvailable - (fresh.replicas - fresh.available);
  // A set that counts more pods than it was told to have is about to change, so the present counts would be wrong.
  if (most <= 0 || old.some(({ replicas, available }) => available > replicas)) return new Map();
  const sizes = new Map(old.map(({ name, replicas }) => [name, replicas]));
  take(sizes, { upTo: most, from: old.map(({ name, replicas, available }) => [name, replicas - available]) });
  const available = sum([fresh, ...old].map((set) => set.available));
  take(sizes, { upTo: available - minAvailable, from: [...sizes] });
  return new Map([...sizes].filter(([name, size]) => old.some((set) => set.name === name && set.replicas !== size)));
}

function take(
  sizes: Map<string, number>,
  { upTo, from }: { upTo: number; from: readonly (readonly [name: string, most: number])[] },
): void {
  let left = upTo;
  for (const [name, most] of from) {
    const taken = Math.max(0, Math.min(left, most));
    sizes.set(name, (sizes.get(name) ?? 0) - taken);
    left -= taken;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
