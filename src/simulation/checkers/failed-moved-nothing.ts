/**
 * Invariant 24: when the end of a rollout says that no call had moved, its new version had no call. A service is left
 * out if another person moved its calls or made its function again: Slipway says what it finds.
 */
import type { TimelineEntry } from '../../domain/deployment/timeline.ts';
import { additions, type CheckedWorld, type Checker, firstComplaint } from './checked-world.ts';
import { type RealCalls, realCalls } from './real-calls.ts';

export function failedMovedNothing(): Checker {
  const calls = realCalls();
  const fresh = additions<TimelineEntry>();
  return {
    invariant: '24 what failed without a move moved nothing',
    check(world) {
      const complaint = firstComplaint(fresh(world.entries), (entry) => checkEnd(world, { entry, calls }));
      calls.note(world);
      return complaint;
    },
  };
}

function checkEnd(
  { ledger, moves, isRecreated }: CheckedWorld,
  { entry, calls }: { readonly entry: TimelineEntry; readonly calls: RealCalls },
): string | null {
  const { kind, data, deploymentId } = entry;
  if (kind !== 'DeploymentFailed' || data.hasMovedNothing !== true) return null;
  const { service } = ledger.deployments.get(deploymentId) ?? { service: '' };
  if (isRecreated(service) || moves.some((move) => move.service === service && move.order === null)) return null;
  return calls.hadCalls({ deploymentId })
    ? `${deploymentId} says that it moved no call, and its version had calls`
    : null;
}
