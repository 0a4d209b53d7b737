/** Preflight: what would go wrong with a deployment of this service now, all of it at once. Changes nothing. */
import type { Deployment } from '../domain/deployment.ts';
import { isSlipwayError } from '../domain/errors.ts';
import { type Finding, judgePreflight, type PreflightFacts } from '../domain/preflight.ts';
import type { LambdaTarget, ServiceSpec } from '../domain/service-spec.ts';
import type { VersionFact } from '../domain/version-fact.ts';
import type { Alarms, Deployments, Live, Services, Traffic, Versions } from '../ports.ts';
import { requireTurn, type TurnPorts } from './take-turn.ts';

export interface PreflightPorts extends TurnPorts {
  readonly traffic: Traffic;
  readonly versions: Versions;
  readonly alarms: Alarms;
}
export interface CheckServicePorts extends PreflightPorts {
  readonly services: Services;
  readonly deployments: Pick<Deployments, 'list'>;
}

export async function checkService(
  ports: CheckServicePorts,
  { name }: { readonly name: string },
): Promise<readonly Finding[]> {
  const { spec } = await ports.services.read(name);
  const { items: past } = await ports.deployments.list({ service: name, limit: 20 });
  return judgePreflight(await gatherFacts(ports, { spec, wantedName: null, hotfix: false, past }));
}

export interface PreflightQuestion {
  readonly spec: ServiceSpec;
  /** The version that is asked for by name; null when it is published from code later. */
  readonly wantedName: string | null;
  readonly hotfix: boolean;
  /** The service's past, newest first, as far as it says whether a version was ever live. */
  readonly past: readonly Deployment[];
}
export interface Facts extends PreflightFacts {
  readonly live: Live | null;
}

/** Throws Transient, with when to come back, when Lambda takes no more calls now; nothing has changed then. */
export async function gatherFacts(
  ports: PreflightPorts,
  { spec, wantedName, hotfix, past }: PreflightQuestion,
): Promise<Facts> {
  const { traffic, versions, alarms, clock } = ports;
  const { target } = spec;
  const isFirst = !past.some(({ status, kind }) => kind === 'rollout' && status === 'promoted');
  const readAlarms = async () => (spec.alarms.length === 0 ? [] : alarms.read(spec.alarms));
  if (target.kind === 'kubernetes') {
    const unseen = { live: null, stableVersion: null, wanted: null };
    return { spec, ...unseen, wantedName, alarms: await readAlarms(), hotfix, isFirst };
  }
  const calls = wantedName === null ? CALLS : CALLS + 1;
  await requireTurn(ports, { claimant: `preflight ${spec.name} ${clock.now()}`, calls });
  const [live, alarmsRead, wanted] = await Promise.all([
    orNull(traffic.read(target)),
    readAlarms(),
    wantedName === null ? null : describe(versions, { target, version: wantedName }),
  ]);
  const stableVersion = live === null ? null : await orNull(versions.describe(target, live.stable));
  return { spec, live, stableVersion, wanted, wantedName, alarms: alarmsRead, hotfix, isFirst };
}

/** GetAlias, GetProvisionedConcurrencyConfig, and the description of a version. */
const CALLS = 3;

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
