/**
 * Invariant 2: the canary's weight is never above the last step that was approved or judged. The check uses the
 * timeline alone, not the progress that the domain stores. Every gate before a weight needs a healthy verdict, an
 * approval or a skip; every bake needs its time or a skip. Only a person's promote passes all of them.
 */
import type { Deployment } from '../../domain/deployment/deployment.ts';
import type { TimelineEntry } from '../../domain/deployment/timeline.ts';
import { durationMs } from '../../domain/duration.ts';
import { type Step, stepInWords } from '../../domain/service/strategy.ts';
import { additions, type CheckedWorld, type Checker, firstComplaint, isStay, type Move } from './checked-world.ts';

export function weightIsEarned(): Checker {
  const fresh = additions<Move>();
  return {
    invariant: '2 weight is earned',
    check: (world) => firstComplaint(fresh(world.moves), (move) => (isStay(move) ? null : checkMove(world, move))),
  };
}

function checkMove({ ledger, clocksApartMs }: CheckedWorld, { at, order, before, after, holder }: Move) {
  if (order === null || holder === null || holder.canary !== order.canary) return null;
  const percent = after.get(order.canary) ?? 0;
  if (percent <= (before.get(order.canary) ?? 0)) return null;
  const passed = stepsBefore(holder, percent);
  if (passed === null) return `${holder.id} is at ${percent} %, which none of its steps asks for`;
  const missing = missingFor(passed, { entries: ledger.timeline.get(holder.id) ?? [], at, clocksApartMs });
  return missing === null ? null : `${holder.id} is at ${percent} %, and ${missing}`;
}

/** The steps before the canary gets that share; all steps for 100. */
function stepsBefore({ steps }: Deployment, percent: number): readonly Step[] | null {
  const index = steps.findIndex((step) => 'setWeight' in step && step.setWeight === percent);
  if (index === -1) return percent === 100 ? steps : null;
  return steps.slice(0, index);
}

interface Passage {
  readonly entries: readonly TimelineEntry[];
  readonly at: number;
  readonly clocksApartMs: number;
}

function missingFor(passed: readonly Step[], passage: Passage): string | null {
  const { entries } = passage;
  const count = (isOne: (entry: TimelineEntry) => boolean) => entries.filter(isOne).length;
  const taken = (signal: string) => count(({ kind, data }) => kind === 'SignalTakenUp' && data.signal === signal);
  if (taken('promote') > 0) return null;
  const healthy = count(({ kind, data }) => kind === 'VerdictReached' && data.verdict === 'healthy');
  const judges = passed.filter((step) => 'judge' in step).length;
  const approvals = passed.filter((step) => 'approve' in step).length;
  const skips = taken('skip');
  if (healthy + skips < judges) return `only ${healthy} of ${judges} verdicts before it were healthy (${skips} skips)`;
  if (taken('approve') < approvals) return `only ${taken('approve')} of ${approvals} approvals before it were given`;
  return missingTime(passed, { ...passage, skips });
}

function missingTime(
  passed: readonly Step[],
  { entries, at, clocksApartMs, skips }: Passage & { readonly skips: number },
): string | null {
  const planned = entries.find(({ kind }) => kind === 'RolloutPlanned');
  if (planned === undefined) return 'it was never planned';
  const bakes = passed.filter((step) => 'bake' in step).sort((a, b) => durationMs(a.bake) - durationMs(b.bake));
  const unskipped = bakes.slice(0, Math.max(0, bakes.length - skips));
  const wantedMs = unskipped.reduce((sum, { bake }) => sum + durationMs(bake), 0);
  const hadMs = at - planned.at;
  // Two clocks may time a bake: one its start, the other its end. The same is true for the plan and the last move.
  const toleratedMs = clocksApartMs * (unskipped.length + 1);
  const steps = passed.map(stepInWords).join(', ');
  return hadMs + toleratedMs >= wantedMs ? null : `it had ${hadMs} ms, and the bakes of [${steps}] take ${wantedMs} ms`;
}
