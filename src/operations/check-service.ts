/** Preflight: what would go wrong with a deployment of this service now, all of it at once. Changes nothing. */
import { isSlipwayError } from '../domain/errors.ts';
import { type Finding, judgePreflight, type PreflightFacts, type VersionFact } from '../domain/preflight.ts';
import type { ServiceSpec, Target } from '../domain/service-spec.ts';
import type { Alarms, Live, Services, Traffic, Versions } from '../ports.ts';

export interface PreflightPorts {
  readonly traffic: Traffic;
  readonly versions: Versions;
  readonly alarms: Alarms;
}
export interface CheckServicePorts extends PreflightPorts {
  readonly services: Services;
}

export async function checkService(
  ports: CheckServicePorts,
  { name }: { readonly name: string },
): Promise<readonly Finding[]> {
  const { spec } = await ports.services.read(name);
  return judgePreflight(await gatherFacts(ports, { spec, wantedName: null, hotfix: false }));
}

export interface PreflightQuestion {
  readonly spec: ServiceSpec;
  /** The version that is asked for by name; null when it is published from code later. */
  readonly wantedName: string | null;
  readonly hotfix: boolean;
}
export interface Facts extends PreflightFacts {
  readonly live: Live | null;
}

export async function gatherFacts(
  { traffic, versions, alarms }: PreflightPorts,
  { spec, wantedName, hotfix }: PreflightQuestion,
): Promise<Facts> {
  const [live, readings, wanted] = await Promise.all([
    orNull(traffic.read(spec.target)),
    spec.alarms.length === 0 ? [] : alarms.read(spec.alarms),
    wantedName === null ? null : describe(versions, { target: spec.target, version: wantedName }),
  ]);
  const stableVersion = live === null ? null : await orNull(versions.describe(spec.target, live.stable));
  return { spec, live, stableVersion, wanted, wantedName, alarms: readings, hotfix };
}

async function describe(
  versions: Versions,
  { target, version }: { readonly target: Target; readonly version: string },
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
