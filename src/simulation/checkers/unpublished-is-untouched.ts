/**
 * Invariant 16: when an alias is on $LATEST, new code would be live at its upload. Slipway refuses such a deployment:
 * it publishes nothing and moves nothing.
 */
import type { TimelineEntry } from '../../domain/deployment/timeline.ts';
import { LATEST } from '../../domain/lambda/version-fact.ts';
import { additions, type CheckedWorld, type Checker, firstComplaint, type Move } from './checked-world.ts';

export function unpublishedIsUntouched(): Checker {
  const freshMoves = additions<Move>();
  const freshEntries = additions<TimelineEntry>();
  return {
    invariant: '16 unpublished is untouched',
    check(world) {
      const [moves, entries] = [freshMoves(world.moves), freshEntries(world.entries)];
      return firstComplaint(moves, checkMove) ?? firstComplaint(entries, (entry) => checkEntry(world, entry));
    },
  };
}

function checkMove({ service, order, before }: Move): string | null {
  if (order === null || !before.has(LATEST)) return null;
  return `${service} was on ${LATEST} and was moved to version ${order.canary}`;
}

function checkEntry(world: CheckedWorld, { kind, deploymentId }: TimelineEntry): string | null {
  const { service = '', kind: what } = world.ledger.deployments.get(deploymentId) ?? {};
  if (what === undefined || !world.shares(service).has(LATEST)) return null;
  if (kind === 'VersionPublished') return `${deploymentId} uploaded code for ${service}, which is on ${LATEST}`;
  return kind === 'DeploymentOpened' ? `${deploymentId} was opened for ${service}, which is on ${LATEST}` : null;
}
