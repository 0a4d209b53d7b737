/**
 * Invariant 13: without evidence a version is not healthy. While an alarm of a rollout does not exist, no verdict on
 * the rollout is healthy, and only a person promotes it. A task may still act on what it read before the alarm was
 * deleted, until the task ends.
 */
import type { Deployment } from '../../domain/deployment/deployment.ts';
import type { TimelineEntry } from '../../domain/deployment/timeline.ts';
import { targetRules } from '../../domain/service/target.ts';
import { additions, type CheckedWorld, type Checker, firstComplaint } from './checked-world.ts';

/** From the look at the alarms to the record of what followed from it. */
const TASK_MS = 10_000;
/** The same time when faults delay calls: until the function's timeout. */
const STRUCK_TASK_MS = 60_000;
/** On a cluster, the order to promote is sent after the look; then its task must start and create pods. */
const CLUSTER_MS = 150_000;

export function promotionIsEvidenced(): Checker {
  const missingSince = new Map<string, number>();
  const fresh = additions<TimelineEntry>();
  return {
    invariant: '13 promotion is evidenced',
    check(world) {
      noteMissing(world, missingSince);
      return firstComplaint(fresh(world.entries), (entry) => checkEntry(world, { entry, missingSince }));
    },
  };
}

function noteMissing(world: CheckedWorld, missingSince: Map<string, number>): void {
  for (const { spec } of world.inFlight) {
    for (const name of spec.alarms) {
      if (world.isAlarmThere(name)) missingSince.delete(name);
      else if (!missingSince.has(name)) missingSince.set(name, world.now);
    }
  }
}

interface Told {
  readonly entry: TimelineEntry;
  readonly missingSince: ReadonlyMap<string, number>;
}

function checkEntry(world: CheckedWorld, { entry, missingSince }: Told): string | null {
  const deployment = world.ledger.deployments.get(entry.deploymentId);
  if (deployment?.kind !== 'rollout') return null;
  const what = whatNeedsEvidence(entry, deployment);
  if (what === null) return null;
  return firstComplaint(deployment.spec.alarms, (name) => {
    const since = missingSince.get(name);
    if (since === undefined || deployment.ignoredAlarms.includes(name)) return null;
    const bound = what === 'promoted' ? promotionMs(world, { deployment, since }) : taskMs(world, since);
    if (entry.at <= since + bound) return null;
    const seconds = Math.round((entry.at - since) / 1_000);
    return `${deployment.id} was ${what} although alarm ${name} had not been there for ${seconds} s`;
  });
}

function whatNeedsEvidence({ kind, data }: TimelineEntry, { progress }: Deployment) {
  if (kind === 'VerdictReached') return data.verdict === 'healthy' ? 'judged healthy' : null;
  return kind === 'Promoted' && progress.isForced !== true ? 'promoted' : null;
}

function promotionMs(
  world: CheckedWorld,
  { deployment, since }: { readonly deployment: Deployment; readonly since: number },
): number {
  return taskMs(world, since) + (targetRules(deployment.spec.target).isMovedByTask ? CLUSTER_MS : 0);
}

function taskMs({ lastFaultAt }: CheckedWorld, since: number): number {
  return lastFaultAt !== null && lastFaultAt > since ? STRUCK_TASK_MS : TASK_MS;
}
