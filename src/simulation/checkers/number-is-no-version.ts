/**
 * Invariant 22: no version gets calls because of its number alone. A version that gets calls from Slipway had calls
 * before with its present code. Otherwise it is the canary of a rollout that was recorded when the version had that
 * code. A function that is created again uses the same numbers again.
 */
import { additions, type CheckedWorld, type Checker, firstComplaint, type Move } from './checked-world.ts';

export function numberIsNoVersion(): Checker {
  /** `checkout 42 with <code>`, for every version that had calls. */
  const live = new Set<string>();
  /** By deployment id: the same text for its canary, when it was first recorded. */
  const tried = new Map<string, string | null>();
  const fresh = additions<Move>();
  return {
    invariant: '22 a number is no version',
    check(world) {
      const complaint = firstComplaint(fresh(world.moves), (move) => checkMove(world, { move, live, tried }));
      for (const { id, kind, service, canary } of world.inFlight)
        if (kind === 'rollout' && canary !== null && !tried.has(id))
          tried.set(id, named(world, { service, version: canary }));
      for (const service of world.targets.keys())
        for (const version of world.shares(service).keys()) {
          const name = named(world, { service, version });
          if (name !== null) live.add(name);
        }
      return complaint;
    },
  };
}

interface Seen {
  readonly move: Move;
  readonly live: ReadonlySet<string>;
  readonly tried: ReadonlyMap<string, string | null>;
}

function checkMove(world: CheckedWorld, { move, live, tried }: Seen): string | null {
  const { service, order, before, after, holder } = move;
  if (order === null) return null;
  const risen = [...after].filter(([version, percent]) => percent > (before.get(version) ?? 0));
  return firstComplaint(risen, ([version]) => {
    const name = named(world, { service, version });
    if (name === null || live.has(name)) return null;
    if (holder?.canary === version && tried.get(holder.id) === name) return null;
    return `${service} gives calls to version ${version}, which has other code than what had calls under that number`;
  });
}

function named(
  world: CheckedWorld,
  { service, version }: { readonly service: string; readonly version: string },
): string | null {
  const code = world.codeOf({ service, version });
  return code === null ? null : `${service} ${version} with ${code}`;
}
