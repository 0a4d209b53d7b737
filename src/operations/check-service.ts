/** Preflight: what would go wrong with a deployment of this service now, all of it at once. Changes nothing. */
import { type Deployment, isInFlight } from '../domain/deployment.ts';
import { isSlipwayError } from '../domain/errors.ts';
import type { Finding } from '../domain/finding.ts';
import { judgePreflight, type PreflightFacts } from '../domain/preflight.ts';
import type { RecordedSplit } from '../domain/preflight-target.ts';
import type { LambdaTarget, ServiceSpec } from '../domain/service-spec.ts';
import { targetKey, targetName } from '../domain/target.ts';
import type { VersionFact } from '../domain/version-fact.ts';
import type { Clusters } from '../ports/clusters.ts';
import type { Owners } from '../ports/owners.ts';
import type { Alarms, Deployments, Live, Services, Traffic, Versions } from '../ports.ts';
import { checkBrake } from './check-brake.ts';
import { checkOtherTools } from './check-other-tools.ts';
import { readAlarms } from './read-alarms.ts';
import { requireTurn, type TurnPorts } from './take-turn.ts';

export interface PreflightPorts extends TurnPorts {
  readonly traffic: Traffic;
  readonly versions: Versions;
  readonly alarms: Alarms;
  readonly owners: Owners;
}
export interface CheckServicePorts extends PreflightPorts {
  readonly services: Services;
  readonly clusters: Clusters;
  readonly deployments: Pick<Deployments, 'history'>;
}

export async function checkService(
  ports: CheckServicePorts,
  { name }: { readonly name: string },
): Promise<readonly Finding[]> {
  const { spec } = await ports.services.read(name);
  const past = await pastOf(ports, spec);
  const findings = judgePreflight(await gatherFacts(ports, { spec, wantedName: null, hotfix: false, past }));
  if (spec.target.kind !== 'kubernetes') return findings;
  return [...findings, ...(await checkBrake(ports, spec.target)), ...(await checkOtherTools(ports, spec.target))];
}

/** What was deployed to the target lately, whatever its service was called then, newest first. */
export async function pastOf(
  { deployments }: Pick<CheckServicePorts, 'deployments'>,
  { target, limit = 20 }: Pick<ServiceSpec, 'target'> & { readonly limit?: number },
): Promise<readonly Deployment[]> {
  const traces = await deployments.history({ target: targetKey(target), limit });
  return traces.map(({ deployment }) => deployment);
}

export interface PreflightQuestion {
  readonly spec: ServiceSpec;
  /** The version that is asked for by name; null when it is published from code later. */
  readonly wantedName: string | null;
  /** What is in `$LATEST`, when that is asked for: it was read already. */
  readonly latest?: VersionFact | null | undefined;
  readonly hotfix: boolean;
  /** The target's past, newest first, as far as it says whether a version was ever live. */
  readonly past: readonly Deployment[];
}
export interface Facts extends PreflightFacts {
  readonly live: Live | null;
}

/** Throws Transient, with when to come back, when Lambda takes no more calls now; nothing has changed then. */
export async function gatherFacts(
  ports: PreflightPorts,
  { spec, wantedName, latest = null, hotfix, past }: PreflightQuestion,
): Promise<Facts> {
  const { traffic, versions, alarms, owners, clock } = ports;
  const { target } = spec;
  const isFirst = !past.some(({ status, kind }) => kind === 'rollout' && status === 'promoted');
  if (target.kind === 'kubernetes') {
    const unseen = { live: null, stableVersion: null, wanted: null };
    return { spec, ...unseen, wantedName, ...(await readAlarms(alarms, spec.alarms)), hotfix, isFirst };
  }
  const calls = wantedName === null || latest !== null ? CALLS : CALLS + 1;
  await requireTurn(ports, { claimant: `preflight ${spec.name} ${clock.now()}`, calls });
  const [live, ownerTag, alarmsRead, wanted] = await Promise.all([
    orNull(traffic.read(target)),
    orNull(owners.read(target)),
    readAlarms(alarms, spec.alarms),
    wantedName === null ? null : (latest ?? describe(versions, { target, version: wantedName })),
  ]);
  const stableVersion = live === null ? null : await orNull(versions.describe(target, live.stable));
  const own = ownSplit(past, target);
  return { spec, live, own, ownerTag, stableVersion, wanted, wantedName, ...alarmsRead, hotfix, isFirst };
}

/** What the latest deployment has recorded of this target, while it is in flight. */
function ownSplit([latest]: readonly Deployment[], target: LambdaTarget): RecordedSplit | undefined {
  if (latest === undefined || !isInFlight(latest)) return undefined;
  if (targetName(latest.spec.target) !== targetName(target)) return undefined;
  const { id: deploymentId, stable, canary, atPercent } = latest;
  return { deploymentId, stable, canary, atPercent };
}

/** GetAlias, GetProvisionedConcurrencyConfig, ListTags, and the description of a version. */
const CALLS = 4;

async function describe(
  versions: Versions,
  { target, version }: { readonly target: LambdaTarget; readonly version: string },
): Promise<VersionFact | 'missing'> {
  return (await orNull(versions.describe(target, version))) ?? 'missing';
}

/** Null where there is no such thing. */
export async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (isSlipwayError(error, 'NotFound')) return null;
    throw error;
  }
}
