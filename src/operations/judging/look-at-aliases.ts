/**
 * Reads the aliases of many deployments, with one call each. Lambda's control plane takes about 15 calls a second for the whole
 * account, so a tick makes a limited number of reads in its turn; the next tick begins where this one ended.
 */
import type { Deployment } from '../../domain/deployment/deployment.ts';
import type { FoundSplit } from '../../domain/deployment/moved-by-others.ts';
import { isSlipwayError, isThrottled } from '../../domain/errors.ts';
import type { LambdaTarget } from '../../domain/service/service-spec.ts';
import { onAlias } from '../../domain/service/target.ts';
import type { Traffic } from '../../ports/traffic.ts';
import { requireTurn, type TurnPorts } from '../steps/take-turn.ts';

export interface LookAtAliasesPorts extends TurnPorts {
  readonly traffic: Traffic;
}

/** With more rollouts than this, Slipway looks at each of them every second or third minute. */
const LOOKS_A_TICK = 40;
/** How many aliases are read within one turn. */
const LOOKS_A_TURN = 10;
/** After this many throttled reads the tick stops: the account has no calls to spare. */
const THROTTLES_MAX = 3;

export interface Looks {
  /** By deployment id; without the aliases that were not read in this tick. */
  readonly found: ReadonlyMap<string, FoundSplit>;
  /** The errors of reads that failed, except for throttles: after a throttle the next tick reads the alias. */
  readonly failures: readonly unknown[];
}

export async function lookAtAliases(
  ports: LookAtAliasesPorts,
  { deployments, now }: { readonly deployments: readonly Deployment[]; readonly now: number },
): Promise<Looks> {
  const found = new Map<string, FoundSplit>();
  const failures: unknown[] = [];
  const due = chosen(deployments, now).flatMap(({ id, spec }) => {
    const target = onAlias(spec.target);
    return target === null ? [] : [{ id, target }];
  });
  let throttles = 0;
  for (const [index, { id, target }] of due.entries()) {
    // The calls of the next seconds belong to rollouts that go forward: the next tick looks.
    if (index % LOOKS_A_TURN === 0 && !(await mayLook(ports, { index, now, left: due.length - index }))) break;
    try {
      found.set(id, await lookAtAlias(ports.traffic, target));
    } catch (error) {
      if (isSlipwayError(error, 'Transient')) throttles += 1;
      else failures.push(error);
      if (throttles >= THROTTLES_MAX) break;
    }
  }
  return { found, failures };
}

async function mayLook(
  ports: TurnPorts,
  { index, now, left }: { readonly index: number; readonly now: number; readonly left: number },
): Promise<boolean> {
  try {
    // A turn that is far ahead is not claimed: other callers would wait for calls that are never made.
    await requireTurn(ports, { claimant: `look ${now} ${index}`, calls: Math.min(left, LOOKS_A_TURN) });
    return true;
  } catch (error) {
    if (isThrottled(error)) return false;
    throw error;
  }
}

export async function lookAtAlias(traffic: Traffic, target: LambdaTarget): Promise<FoundSplit> {
  try {
    return await traffic.readSplit(target);
  } catch (error) {
    if (isSlipwayError(error, 'NotFound')) return 'gone';
    throw error;
  }
}

/** All deployments, or the share whose turn is in this minute. */
function chosen(deployments: readonly Deployment[], now: number): readonly Deployment[] {
  if (deployments.length <= LOOKS_A_TICK) return deployments;
  const ordered = deployments.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  const start = (Math.floor(now / 60_000) * LOOKS_A_TICK) % ordered.length;
  return [...ordered, ...ordered].slice(start, start + LOOKS_A_TICK);
}
