/**
 * Checks that Slipway put the live version on the alias. When a stack or a person moves the alias between two rollouts,
 * a version is live that was never a canary. The next rollout would be compared with that version.
 */

import type { TargetHistory, Traced } from '../deployment/target-history.ts';
import { type KnownVersion, knownIn, mayBeSame } from '../lambda/fingerprint.ts';
import { STACK_TAG } from '../lambda/owner-tag.ts';
import type { LambdaTarget } from '../service/service-spec.ts';
import { targetName } from '../service/target.ts';
import { error, type Finding, warning } from './finding.ts';

export interface SettledLive {
  readonly deploymentId: string;
  /** The versions that may have the calls. The expected version comes first. */
  readonly versions: readonly KnownVersion[];
}

/**
 * Finds the versions that Slipway last left on the alias, by the latest deployment that had a call. Returns null while
 * a deployment is in flight, and when no deployment has had a call.
 *
 * Both versions are possible after a promotion or a failure. A task may have undone a promotion and stopped before it
 * recorded that; a failed deployment may leave either version.
 */
export function settledLive({ inFlight, ended }: TargetHistory): SettledLive | null {
  if (inFlight !== null) return null;
  const last = ended.find(hasMoved);
  if (last === undefined) return null;
  const { id, status, stable, canary, replacedBy } = last.deployment;
  const isPromoted = status === 'promoted' && replacedBy === null;
  const names = isPromoted || status === 'failed' ? [canary, stable] : [stable];
  const versions = names.flatMap((name) => knownIn(last.deployment, name) ?? []);
  return { deploymentId: id, versions };
}

/** A rollout that never had a call left the alias unchanged. */
function hasMoved({ deployment: { kind }, movedAt }: Traced): boolean {
  return kind === 'rollback' || movedAt !== null;
}

export interface LiveFacts {
  readonly target: LambdaTarget;
  readonly live: KnownVersion;
  /** Null when Slipway never put a version live on the alias, or is doing so now. */
  readonly settled: SettledLive | null;
  /** The requested version; null when it is published later. */
  readonly wantedName: string | null;
  /** The stack that created the function, by the function's tag; null when no stack did. */
  readonly stack: string | null;
}

/**
 * An error only when the request names the live version itself: such a deployment would end as if Slipway had tried the
 * version.
 */
export function liveFindings({ target, live, settled, wantedName, stack }: LiveFacts): Finding[] {
  const [expected] = settled?.versions ?? [];
  if (settled === null || expected === undefined || settled.versions.some((known) => isSame(known, live))) return [];
  const alias = targetName(target);
  const { version } = live;
  const other = expected.version === version ? `another version ${version}` : `version ${expected.version}`;
  const fact = `Version ${version} is live on ${alias}, and Slipway last left it on ${other} (deployment ${settled.deploymentId}), so somebody else moved the alias.`;
  const who =
    stack === null
      ? ''
      : ` The function belongs to stack ${stack} (its tag ${STACK_TAG}): if its template has the alias, each update of the stack may move it; keep the version of the alias there as it is.`;
  const harm = ` Version ${version} was never a canary, and nobody has judged it.`;
  const back =
    expected.version === version
      ? `Look what changed the function, then deploy the version that should be live.`
      : `To have it judged, go back to ${expected.version} (POST /rollback with "to": "${expected.version}"), then deploy ${version}; or deploy the next version, which is then compared with ${version}.`;
  const about = { subject: alias, detail: `${fact}${who}${harm} ${back}` };
  return [wantedName === version ? error('liveIsOurs', about) : warning('liveIsOurs', about)];
}

function isSame(known: KnownVersion, live: KnownVersion): boolean {
  return known.version === live.version && mayBeSame(known.fingerprint, live.fingerprint);
}
