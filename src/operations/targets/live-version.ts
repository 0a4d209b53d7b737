/** Finds the live version of a target, and whether another version exists: from the target itself, or from the ledger. */
import type { Fingerprint } from '../../domain/lambda/fingerprint.ts';
import { forTarget } from '../../domain/service/target.ts';
import { readLiveOnRecord, requireOnRecord } from './kubernetes/versions.ts';
import { readLiveOnAlias, requireInLambda } from './lambda/versions.ts';
import type { AskedVersion, LiveVersion, OwnVersions, VersionPorts } from './seam/versions.ts';

/**
 * On Lambda, the alias says which version is live. On a cluster the ledger says it, because only Slipway may change the
 * workload's record.
 */
export function readLive(ports: VersionPorts, own: OwnVersions): Promise<LiveVersion> {
  return forTarget(own.service.spec.target, {
    lambda: (target) => readLiveOnAlias(ports, { target, past: own.past }),
    kubernetes: async () => readLiveOnRecord(own),
  });
}

/** Returns the fingerprint of the version on Lambda; null on a cluster. */
export function requireThere(ports: Pick<VersionPorts, 'versions'>, asked: AskedVersion): Promise<Fingerprint | null> {
  return forTarget<Promise<Fingerprint | null>>(asked.service.spec.target, {
    lambda: (target) => requireInLambda(ports, { target, to: asked.to }),
    async kubernetes() {
      requireOnRecord(asked);
      return null;
    },
  });
}
