/**
 * Invariant 23: a publish from `$LATEST` publishes the code that was there when its deployment was requested, even if
 * another tool has changed `$LATEST` since.
 */
import { type Deployment, isLatest } from '../../domain/deployment/deployment.ts';
import { type CheckedWorld, type Checker, firstComplaint } from './checked-world.ts';

export function latestIsAsRead(): Checker {
  /** By deployment id: the hash of the code that it read, until a version is published. */
  const read = new Map<string, string>();
  return {
    invariant: '23 the latest is as it was read',
    check(world) {
      const ofLatest = world.inFlight.filter(({ artifact }) => isLatest(artifact));
      for (const { id, canary, fingerprints } of ofLatest)
        if (canary === null && fingerprints?.canary) read.set(id, fingerprints.canary.codeSha256);
      return firstComplaint(ofLatest, (deployment) => checkCode(world, { deployment, read: read.get(deployment.id) }));
    },
  };
}

function checkCode(
  world: CheckedWorld,
  { deployment, read }: { readonly deployment: Deployment; readonly read: string | undefined },
): string | null {
  const { id, service, canary } = deployment;
  if (canary === null || read === undefined || world.isRecreated(service)) return null;
  const code = world.codeOf({ service, version: canary });
  return code === null || code === read ? null : `${id} has published version ${canary} of other code than it read`;
}
