/** Preflight: what would go wrong with a deployment of this service now, all of it at once. Changes nothing. */
import type { Deployment } from '../domain/deployment.ts';
import { isSlipwayError } from '../domain/errors.ts';
import { type Finding, judgePreflight, type PreflightFacts, type VersionFact } from '../domain/preflight.ts';
import type { LambdaTarget, ServiceSpec } from '../domain/service-spec.ts';
import { targetKey } from '../domain/target.ts';
import type { Alarms, Deployments, Live, Services, Traffic, Versions } from '../ports.ts';

export interface PreflightPorts {
  readonly traffic: Traffic;
  readonly versions: Versions;
  readonly alarms: Alarms;
}
export interface CheckServicePorts extends PreflightPorts {
  readonly services: Services;
  readonly deployments: Pick<Deployments, 'history'>;
}

export async function checkService(
  ports: CheckServicePorts,
  { name }: { readonly name: string },
): Promise<readonly Finding[]> {
  const { spec } = await ports.services.read(name);
  const past = await pastOf(ports, spec);
  return judgePreflight(await gatherFacts(ports, { spec, wantedName: null, hotfix: false, past }));
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
  readonly hotfix: boolean;
  /** The target's past, newest first, as far as it says whether a version was ever live. */
  readonly past: readonly Deployment[];
}
export interface Facts extends PreflightFacts {
  readonly live: Live | null;
}

export async function gatherFacts(
  { traffic, versions, alarms }: PreflightPorts,
  { spec, wantedName, hotfix, past }: PreflightQuestion,
): Promise<Facts> {
  const { target } = spec;
  const isFirst = !past.some(({ status, kind }) => kind === 'rollout' && status === 'promoted');
  const readings = spec.alarms.length === 0 ? [] : alarms.read(spec.alarms);
  if (target.kind === 'kubernetes') {
    const unseen = { live: null, stableVersion: null, wanted: null };
    return { spec, ...unseen, wantedName, alarms: await readings, hotfix, isFirst };
  }
  const [live, alarmsRead, wanted] = await Promise.all([
    orNull(traffic.read(target)),
    readings,
    wantedName === null ? null : describe(versions, { target, version: wantedName }),
  ]);
  const stableVersion = live === null ? null : await orNull(versions.describe(target, live.stable));
  return { spec, live, stableVersion, wanted, wantedName, alarms: alarmsRead, hotfix, isFirst };
}

async function describe(
  versions: Versions,
  { target, version }: { readonly target: LambdaTarget; readonly version: string },
): Promise<VersionFact | 'missing'> {
  return (await orNull(versions.describe(target, version))) ?? 'missing';
}

async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (isSlipwayError(error, 'NotFound')) return null;
    throw error;
  }
}
