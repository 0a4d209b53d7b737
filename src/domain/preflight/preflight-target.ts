/**
 * Checks a Lambda target and its versions. An alias on `$LATEST` serves new code as soon as it is uploaded. A weighted
 * alias excludes provisioned concurrency. A version that is not Active takes no calls.
 */

import type { Artifact } from '../deployment/deployment.ts';
import { isSameVersion, LATEST, pairProblem, type VersionFact, versionProblem } from '../lambda/version-fact.ts';
import type { LambdaTarget } from '../service/service-spec.ts';
import { targetName } from '../service/target.ts';
import { error, type Finding, warning } from './finding.ts';

export interface LiveFact {
  readonly stable: string;
  readonly canary: string | null;
  readonly canaryPercent: number;
  readonly provisionedConcurrency: number;
}

/** A deployment of the service that is in flight on this target, and its recorded split. */
export interface RecordedSplit {
  readonly deploymentId: string;
  readonly stable: string | null;
  readonly canary: string | null;
  readonly atPercent: number;
  /** What can be done about the deployment now, as whole sentences. */
  readonly nextStep: string;
}

export interface TargetFacts {
  readonly target: LambdaTarget;
  readonly live: LiveFact;
  /** Left out when no deployment is in flight. */
  readonly own?: RecordedSplit | undefined;
}

export function lambdaFindings({ target, live, own }: TargetFacts): Finding[] {
  const subject = targetName(target);
  if (isUnpublished(live)) return [error('targetIsPublished', { subject, detail: unpublishedInWords(target) })];
  const findings: Finding[] = [];
  const split = splitFinding({ target, live, own });
  if (split !== null) findings.push(split);
  if (live.provisionedConcurrency > 0) {
    findings.push(
      error('noProvisionedConcurrency', {
        subject,
        detail: `The alias has provisioned concurrency (${live.provisionedConcurrency}), which excludes a weighted alias. Remove it, or move it to the version.`,
      }),
    );
  }
  return findings;
}

/** True when the alias serves code that is not published. No rollout can try such code on a share of the calls. */
export function isUnpublished({ stable, canary }: Pick<LiveFact, 'stable' | 'canary'>): boolean {
  return stable === LATEST || canary === LATEST;
}

export function unpublishedInWords(target: LambdaTarget): string {
  const { function: name, alias } = target;
  const fact = `The alias ${targetName(target)} is on ${LATEST}, so new code would be live for everybody as soon as it is uploaded, and no version could be gone back to.`;
  const publish = `Publish the code that is live (aws lambda publish-version --function-name ${name})`;
  const point = `point the alias to the version that this answers with (aws lambda update-alias --function-name ${name} --name ${alias} --function-version VERSION --routing-config AdditionalVersionWeights={})`;
  return `${fact} ${publish}, ${point}, then check again.`;
}

function splitFinding({ target, live, own }: TargetFacts): Finding | null {
  const subject = targetName(target);
  const found = splitInWords(live);
  if (own === undefined) {
    if (live.canaryPercent === 0) return null;
    const detail = `The alias already splits its traffic (${found}), and not for Slipway. Put it on one version first.`;
    return error('targetIsWhole', { subject, detail });
  }
  const { deploymentId: id, atPercent, nextStep } = own;
  if (!isOwn(live, own)) {
    const detail = `The alias has ${found}, and deployment ${id} has recorded ${atPercent} % on version ${own.canary ?? 'unknown'}: somebody else moved it. Check again in a moment, in case ${id} is moving it now; then find out who did. About ${id}: ${nextStep}`;
    return error('targetIsWhole', { subject, detail });
  }
  if (live.canaryPercent === 0) return null;
  const detail = `Deployment ${id} is in flight and has ${found}. Leave the alias to it. ${nextStep}`;
  return warning('targetIsWhole', { subject, detail });
}

/** True when the split of the alias is the split that the deployment recorded. */
function isOwn(live: LiveFact, { stable, canary, atPercent }: RecordedSplit): boolean {
  if (atPercent <= 0 || canary === null) return live.canaryPercent === 0 && (stable === null || live.stable === stable);
  if (atPercent >= 100) return live.canaryPercent === 0 && live.stable === canary;
  return live.stable === stable && live.canary === canary && Math.abs(live.canaryPercent - atPercent) < 0.01;
}

/** Returns words such as `10 % on version 42`, or `all of its traffic on version 41` when the alias has one version. */
function splitInWords({ stable, canary, canaryPercent }: LiveFact): string {
  return canaryPercent === 0
    ? `all of its traffic on version ${stable}`
    : `${canaryPercent} % on version ${canary ?? 'unknown'}`;
}

export interface VersionFacts {
  readonly live: LiveFact | null;
  readonly stableVersion: VersionFact | null;
  /**
   * The version to deploy, or the code in `$LATEST`. Null when the version is made later; `missing` when the requested
   * version does not exist.
   */
  readonly wanted: VersionFact | 'missing' | null;
  readonly wantedName: string | null;
  /** What the request wants deployed; left out when there is no request. */
  readonly artifact?: Artifact | undefined;
  /** Why the code of the artifact cannot be published; null or left out when a look found no reason. */
  readonly codeProblem?: string | null | undefined;
}

export function versionFindings({ live, stableVersion, wanted, wantedName, ...code }: VersionFacts): Finding[] {
  const before = [
    ...codeFindings({ ...code, stableVersion }),
    ...(stableVersion === null ? [] : stableFindings(stableVersion)),
  ];
  if (wanted === null || wantedName === null) return before;
  if (wanted === 'missing') {
    const detail = `Version ${wantedName} does not exist. Publish it, or name one that does.`;
    return [...before, error('versionExists', { subject: wantedName, detail })];
  }
  return [...before, ...wantedFindings(wanted, { live, stableVersion })];
}

/** Lambda never changes the package type of a function, so the live version says what the function takes. */
function codeFindings({
  artifact,
  codeProblem,
  stableVersion,
}: Pick<VersionFacts, 'artifact' | 'codeProblem' | 'stableVersion'>): Finding[] {
  if (artifact === undefined || 'version' in artifact) return [];
  const subject = 'image' in artifact ? artifact.image : `s3://${artifact.s3.bucket}/${artifact.s3.key}`;
  const takes = stableVersion?.packageType;
  if (takes === 'Zip' && 'image' in artifact) {
    const detail = `The function is made of code in S3, and Lambda takes no image for it. Name the code: {"s3": {"bucket": "...", "key": "..."}}.`;
    return [error('codeIsThere', { subject, detail })];
  }
  if (takes === 'Image' && 's3' in artifact) {
    const detail = `The function is made of an image, and Lambda takes no code from S3 for it. Name the image: {"image": "registry/name@sha256:..."}.`;
    return [error('codeIsThere', { subject, detail })];
  }
  return codeProblem == null ? [] : [error('codeIsThere', { subject, detail: codeProblem })];
}

/**
 * Checks the version to which Slipway would roll back. Its findings are only warnings, because the deployment may
 * replace that version.
 */
function stableFindings({ version, state, stateReason }: VersionFact): Finding[] {
  if (state === 'Active' || version === LATEST) return [];
  const detail = `Version ${version}, which is live, is ${state}${reasonInWords(stateReason)}: calls to it fail, also after a rollback. Invoke it, and look again whether it is Active.`;
  return [warning('versionIsReady', { subject: version, detail })];
}

function wantedFindings(
  wanted: VersionFact,
  { live, stableVersion }: Pick<VersionFacts, 'live' | 'stableVersion'>,
): Finding[] {
  const { version } = wanted;
  const findings: Finding[] = [];
  // A version that is published from an Inactive `$LATEST` has its own state.
  const problem = version === LATEST && wanted.state === 'Inactive' ? null : versionProblem(wanted);
  if (problem !== null) findings.push(error('versionIsReady', { subject: version, detail: problem }));
  if (wanted.state === 'Pending') {
    const detail = `Version ${version} is still Pending${reasonInWords(wanted.stateReason)}. The rollout waits until it is Active before it gets any call.`;
    findings.push(warning('versionIsReady', { subject: version, detail }));
  }
  if (live !== null && isLiveAlready({ live, stableVersion, wanted }))
    findings.push(warning('versionIsNew', { subject: live.stable, detail: liveAlreadyInWords(live.stable) }));
  const isComparable = stableVersion !== null && stableVersion.version !== LATEST;
  const pair = isComparable ? pairProblem(stableVersion, wanted) : null;
  if (pair !== null) findings.push(error(pair.check, { subject: version, detail: pair.detail }));
  return findings;
}

/**
 * True when the requested version already has all the traffic: by its number, or because `$LATEST` equals the live
 * version.
 */
export function isLiveAlready({ live, stableVersion, wanted }: Omit<VersionFacts, 'wantedName'>): boolean {
  if (live === null || wanted === null || wanted === 'missing' || live.canaryPercent > 0) return false;
  if (wanted.version === live.stable) return true;
  const isSettled = wanted.version === LATEST && wanted.state !== 'Pending' && wanted.state !== 'Failed';
  return isSettled && stableVersion !== null && isSameVersion(wanted, stableVersion);
}

export function liveAlreadyInWords(version: string): string {
  return `Version ${version} already holds all the traffic. There is nothing to deploy.`;
}

function reasonInWords(reason: string | null): string {
  return reason === null ? '' : ` (${reason})`;
}
