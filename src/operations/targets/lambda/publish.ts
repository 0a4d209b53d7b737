/** Publishes a version of a function, or takes the version that the request named, and waits until Lambda says that it is Active. */
import { type Deployment, isInFlight, isLatest } from '../../../domain/deployment/deployment.ts';
import { renumberedInWords } from '../../../domain/deployment/renumbered.ts';
import { settleUnchanged } from '../../../domain/deployment/settlement.ts';
import { isSlipwayError, isWorthWaiting, SlipwayError } from '../../../domain/errors.ts';
import { fingerprintsOf, knownIn, mayBeSame } from '../../../domain/lambda/fingerprint.ts';
import { LATEST, pairProblem, type VersionFact, versionProblem } from '../../../domain/lambda/version-fact.ts';
import { unpublishedInWords } from '../../../domain/preflight/preflight-target.ts';
import type { LambdaTarget } from '../../../domain/service/service-spec.ts';
import type { Change } from '../../../ports/deployments.ts';
import type { Versions } from '../../../ports/versions.ts';
import { comeBack, type TaskResult, taskResult } from '../../steps/task-input.ts';
import { inTurn } from '../../steps/wait-out.ts';
import type { PublishPorts } from '../seam/publish-ports.ts';

interface Published {
  readonly deployment: Deployment;
  readonly target: LambdaTarget;
}

export function publishInLambda(ports: PublishPorts, published: Published): Promise<TaskResult> {
  const { deployment } = published;
  const act = () => publish(ports, published);
  return inTurn(ports, { deployment, step: 'publish', backTo: 'publish', calls: callsOf(deployment), act });
}

/**
 * Reads one configuration for the new version and one for the version before. Publishing also needs
 * ListVersionsByFunction, UpdateFunctionCode for code, PublishVersion, and a few reads until the code is in place.
 */
function callsOf({ canary, artifact }: Deployment): number {
  if (canary !== null) return 1;
  return 'version' in artifact && !isLatest(artifact) ? 3 : 8;
}

async function publish(
  { deployments, versions, clock }: PublishPorts,
  { deployment, target }: Published,
): Promise<TaskResult> {
  const { id: deploymentId } = deployment;
  const fact = await orLater(published(versions, { deployment, target }));
  if (fact === 'unchanged') {
    const ended = await deployments.record(deploymentId, (recorded) =>
      settleUnchanged(recorded.deployment, clock.now()),
    );
    return taskResult(ended.deployment, clock.now());
  }
  if ('later' in fact) return comeBack(deployment, { now: clock.now(), backTo: 'publish', because: fact.later });
  // Recorded while the version is still Pending, so that a person sees what the rollout waits for.
  const recorded = await deployments.record(deploymentId, ({ deployment: current }) => publication(current, fact));
  const problem = versionProblem(fact);
  if (problem !== null) throw new SlipwayError('Conflict', problem);
  const now = clock.now();
  return fact.state === 'Active'
    ? taskResult(recorded.deployment, now)
    : comeBack(recorded.deployment, { now, backTo: 'publish', because: pendingInWords(fact) });
}

/**
 * A call that may work later is no reason to roll back: there is time until the deadline. `inTurn` handles a throttled
 * call.
 */
async function orLater<T>(answer: Promise<T>): Promise<T | { readonly later: string }> {
  try {
    return await answer;
  } catch (error) {
    if (isWorthWaiting(error) || !isSlipwayError(error, 'Transient')) throw error;
    return { later: error.message };
  }
}

async function published(versions: Versions, { deployment, target }: Published): Promise<VersionFact | 'unchanged'> {
  const { id: deploymentId, artifact, stable, canary } = deployment;
  if (canary !== null) return requireRecorded(deployment, { target, fact: await versions.describe(target, canary) });
  // When the alias is on `$LATEST`, uploaded code would be live at once. The deployment was opened before preflight
  // checked this.
  if (stable === LATEST) throw new SlipwayError('Conflict', unpublishedInWords(target));
  const before = stable === null ? null : await versions.describe(target, stable);
  if (before !== null) requireRecorded(deployment, { target, fact: before });
  const expected = deployment.fingerprints?.canary ?? null;
  const version = await versions.publish({ target, artifact, deploymentId, expected });
  // Lambda makes no new version of the code that it published last.
  if (version === stable) return 'unchanged';
  const fact = await versions.describe(target, version);
  if (before !== null) requirePair(before, fact);
  return fact;
}

/** Throws Conflict when the version number belongs to another version than when the rollout looked at it. */
function requireRecorded(
  deployment: Deployment,
  { target, fact }: { readonly target: LambdaTarget; readonly fact: VersionFact },
): VersionFact {
  const known = knownIn(deployment, fact.version);
  if (mayBeSame(known.fingerprint, fact.fingerprint)) return fact;
  const words = renumberedInWords({ target, known, found: fact.fingerprint });
  throw new SlipwayError('Conflict', `${words} Deploy again from what is live now.`);
}

function requirePair(stable: VersionFact, canary: VersionFact): void {
  const problem = pairProblem(stable, canary);
  if (problem !== null) throw new SlipwayError('Conflict', problem.detail);
}

/** Returns null when the version is already recorded, or when the deployment has ended since it was read. */
function publication(current: Deployment, fact: VersionFact): Change | null {
  if (current.canary !== null || !isInFlight(current)) return null;
  const { version, state, fingerprint } = fact;
  const stable = current.fingerprints?.stable ?? null;
  const origin = isLatest(current.artifact) ? `Version ${version} is what was in ${LATEST}. ` : '';
  const because = `${origin}${state === 'Pending' ? pendingInWords(fact) : `Version ${version} is there to be tried.`}`;
  return {
    deployment: { ...current, canary: version, fingerprints: fingerprintsOf({ stable, canary: fingerprint }) },
    entries: [{ kind: 'VersionPublished', by: 'slipway', because, data: { version, state } }],
  };
}

function pendingInWords({ version, stateReason }: VersionFact): string {
  const reason = stateReason === null ? '' : ` (${stateReason})`;
  return `Version ${version} is published and still Pending${reason}. It gets calls when Lambda says that it is Active.`;
}
