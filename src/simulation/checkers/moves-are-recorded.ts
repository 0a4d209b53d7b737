/**
 * Invariant 6: every change of an alias has exactly one timeline entry, and every outbox row is published. At any
 * moment no entry names a change that did not happen; at rest no entry is missing. A service is left out if another
 * person moved its alias or deleted its record: Slipway records what it finds, which may be less.
 */
import { isTrafficChange, type TimelineEntry } from '../../domain/deployment/timeline.ts';
import { OUTGROWN } from '../../domain/deployment/way-back.ts';
import {
  additions,
  type CheckedWorld,
  type Checker,
  firstComplaint,
  isAdoption,
  isStay,
  type Move,
} from './checked-world.ts';
import { type RealCalls, realCalls } from './real-calls.ts';

export function movesAreRecorded(): Checker {
  const made = new Map<string, number>();
  const recorded = new Map<string, number>();
  const found = new Map<string, number>();
  const braked = new Map<string, number>();
  const outgrown = new Map<string, number>();
  const toldOutgrown = new Map<string, number>();
  const calls = realCalls();
  const freshMoves = additions<Move>();
  const freshEntries = additions<TimelineEntry>();
  /** Returns false when there was nothing to count. */
  const count = (world: CheckedWorld): boolean => {
    const [moves, entries] = [freshMoves(world.moves), freshEntries(world.entries)];
    for (const move of moves.filter((one) => !isFurtherHome(world, one) && !isAdoption(one))) {
      if (move.isBrake) add(braked, keyOfMove(move));
      if (isPromotion(move)) add(outgrown, `${move.service}: 0 % on version ${move.order?.stable}`);
      const stay = isStay(move) ? stayOf(world, move) : null;
      if (stay !== null && stay.undone !== null) made.set(stay.undone, (made.get(stay.undone) ?? 0) - 1);
      if (stay === null || stay.isNews) for (const key of [keyOfMove(move), ...keysOfCleared(move)]) add(made, key);
    }
    for (const entry of entries.filter(isTrafficChange)) {
      add(entry.because === OUTGROWN ? toldOutgrown : recorded, keyOfEntry(world, entry));
      if (entry.because.startsWith('Found on the target')) add(found, keyOfEntry(world, entry));
    }
    return moves.length + entries.length > 0;
  };
  return {
    invariant: '6 moves are recorded',
    check(world) {
      calls.note(world);
      if (!count(world)) return null;
      const untrue = firstComplaint(toldOutgrown, ([key, times]) => {
        if (isDisturbed(world, key) || times <= (outgrown.get(key) ?? 0)) return null;
        return `"${key}" is put down to a later deployment ${times} times, and was done by one ${outgrown.get(key) ?? 0} times`;
      });
      if (untrue !== null) return untrue;
      return firstComplaint(recorded, ([key, times]) => {
        if (isDisturbed(world, key) || times <= (made.get(key) ?? 0)) return null;
        return `"${key}" is recorded ${times} times and was done ${made.get(key) ?? 0} times`;
      });
    },
    checkAtRest(world) {
      count(world);
      const missing = firstComplaint(made, ([key, times]) => {
        if (isDisturbed(world, key) || times === (recorded.get(key) ?? 0)) return null;
        if (!hadCalls(key, calls)) return null;
        if (world.lastFaultAt !== null && isBetweenCrashes(key, { made, recorded, found, braked })) return null;
        return `"${key}" was done ${times} times and is recorded ${recorded.get(key) ?? 0} times`;
      });
      return missing ?? checkOutbox(world);
    },
  };
}

/**
 * True for a difference that no checker can explain (decision 4). A task shifts and dies before it records that. A
 * handler then rolls back and also dies before it records that. Both entries are missing, and the record is right about
 * the calls; or one entry for both says that the calls were found so.
 *
 * Also true for a brake whose function died before it recorded the brake, while a running step led calls to the canary
 * again (decision 36).
 */
function isBetweenCrashes(
  key: string,
  {
    made,
    recorded,
    found,
    braked,
  }: Readonly<Record<'made' | 'recorded' | 'found' | 'braked', ReadonlyMap<string, number>>>,
): boolean {
  const { service, canary } = partsOf(key);
  const lost = (isHome: boolean) =>
    [...made].reduce((sum, [other, times]) => {
      const parts = partsOf(other);
      if (parts.service !== service || parts.canary !== canary || (parts.percent === '0') !== isHome) return sum;
      return sum + times - (recorded.get(other) ?? 0);
    }, 0);
  const told = [...found].filter(([other]) => {
    const parts = partsOf(other);
    return parts.service === service && parts.canary === canary && parts.percent === '0';
  });
  const unknown = lost(false) - lost(true);
  if (unknown < 0) return -unknown <= (braked.get(`${service}: 0 % on version ${canary}`) ?? 0);
  return unknown <= told.reduce((sum, [, times]) => sum + times, 0);
}

/**
 * False for a share in a workload's record whose version never had a call: its pods were never ready. Such a share is no move,
 * and the ledger leaves it out.
 */
function hadCalls(key: string, calls: RealCalls): boolean {
  const { service, canary: version } = partsOf(key);
  return service === undefined || version === undefined || calls.hadCalls({ service, version });
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/**
 * True when a rollback goes on to a third version because stable's pods do not become ready. The canary lost its calls
 * before, and that is recorded.
 */
function isFurtherHome(world: CheckedWorld, move: Move): boolean {
  const { order, holder, isWayBack } = move;
  if (order === null || !isWayBack || lostBy(move, order.canary) !== 0) return false;
  return world.moves.some(
    (other) => other !== move && other.isWayBack && other.holder?.id === holder?.id && lostBy(other, order.canary) > 0,
  );
}

/**
 * True when the version before lost all its calls because a rollout that began from it was promoted. If the calls
 * cannot return, the undo of that version records this: its own canary has no calls, and only the rollout has taken
 * them.
 */
function isPromotion({ order, isWayBack, before, after }: Move): boolean {
  return order !== null && !isWayBack && before.has(order.stable) && !after.has(order.stable);
}

function lostBy({ before, after }: Move, version: string): number {
  return (before.get(version) ?? 0) - (after.get(version) ?? 0);
}

/**
 * The return to stable that was recorded just before was no move, unless a brake made it: a brake is recorded at once.
 * The stay is a move when the canary had only a part of the calls until then.
 */
function stayOf({ moves }: CheckedWorld, stay: Move): { readonly undone: string | null; readonly isNews: boolean } {
  const { service, order, after } = stay;
  const canary = order?.canary ?? '';
  const home = moves.slice(0, moves.indexOf(stay)).findLast((move) => move.service === service);
  return {
    undone: home?.isBrake ? null : `${service}: 0 % on version ${canary}`,
    isNews: home?.before.get(canary) !== after.get(canary),
  };
}

/** For example `checkout: 10 % on version 42`. */
function keyOfMove({ service, order, after }: Move): string {
  return order === null
    ? `${service}: by others`
    : `${service}: ${after.get(order.canary) ?? 0} % on version ${order.canary}`;
}

/**
 * On a cluster, an undo also takes the calls off a third version: the canary of a rollout that started from the undone
 * version.
 */
function keysOfCleared({ service, order, before, after }: Move): readonly string[] {
  if (order === null) return [];
  const others = [...before.keys()].filter((version) => version !== order.canary && version !== order.stable);
  return others.filter((version) => !after.has(version)).map((version) => `${service}: 0 % on version ${version}`);
}

function partsOf(key: string) {
  const [, service, percent, canary] = /^(.*): (.*) % on version (.*)$/.exec(key) ?? [];
  return { service, percent, canary };
}

function keyOfEntry({ ledger }: CheckedWorld, { deploymentId, data }: TimelineEntry): string {
  const deployment = ledger.deployments.get(deploymentId);
  return `${deployment?.service}: ${String(data.canaryPercent)} % on version ${deployment?.canary}`;
}

function isDisturbed({ moves, hands, targets, isRecreated }: CheckedWorld, key: string): boolean {
  const isOf = (service: string) => key.startsWith(`${service}:`);
  return (
    [...targets.keys()].some((service) => isOf(service) && isRecreated(service)) ||
    moves.some(({ service, order }) => order === null && isOf(service)) ||
    hands.some(({ service, did }) => did === 'recordDeleted' && isOf(service))
  );
}

function checkOutbox({ ledger, published }: CheckedWorld): string | null {
  return (
    firstComplaint(ledger.outbox, ([id, { publishedAt }]) => {
      if (publishedAt === null) return `message ${id} is still in the outbox at rest`;
      return published.has(id) ? null : `message ${id} is marked as published and never got out`;
    }) ?? checkMessages(ledger)
  );
}

/** Every entry sends an event, so an entry without an outbox message has lost it. */
function checkMessages(ledger: CheckedWorld['ledger']): string | null {
  return firstComplaint(ledger.timeline, ([id, entries]) =>
    firstComplaint(entries, ({ sequence, kind }) => {
      const message = `${id}-${String(sequence).padStart(4, '0')}-event`;
      return ledger.outbox.has(message) ? null : `entry ${sequence} (${kind}) of ${id} never reached the outbox`;
    }),
  );
}
