/**
 * Finds the version for a rollback when the version before is gone. A cleanup tool may have deleted it, or the function
 * was created again and the number belongs to another version. The nearest older version that was live is recorded as
 * the new stable version before anything moves.
 */
import { type Deployment, isInFlight } from '../../domain/deployment/deployment.ts';
import { homesBefore } from '../../domain/deployment/target-history.ts';
import { liveSplit, type OwnSplit } from '../../domain/deployment/traffic-record.ts';
import type { SlipwayError } from '../../domain/errors.ts';
import {
  fingerprintIn,
  fingerprintsOf,
  type KnownVersion,
  knownIn,
  mayBeSame,
} from '../../domain/lambda/fingerprint.ts';
import { versionProblem } from '../../domain/lambda/version-fact.ts';
import type { Deployments } from '../../ports/deployments.ts';
import type { Traffic } from '../../ports/traffic.ts';
import type { Versions } from '../../ports/versions.ts';
import { isHomeMissing } from '../steps/home-missing.ts';
import { orNull } from '../steps/or-null.ts';
import { readTraces } from '../steps/read-target-history.ts';

export interface FurtherBackPorts {
  readonly deployments: Pick<Deployments, 'history' | 'record'>;
  readonly traffic: Pick<Traffic, 'readSplit'>;
  readonly versions: Pick<Versions, 'describe'>;
}

/**
 * Returns the deployment with its new stable version recorded, and the split to that version. Returns null when there
 * is none.
 */
export async function olderStable(
  ports: FurtherBackPorts,
  {
    deployment,
    split,
    error,
  }: { readonly deployment: Deployment; readonly split: OwnSplit; readonly error: SlipwayError },
): Promise<OwnSplit | null> {
  if (!(await isHomeMissing(ports, split))) return null;
  const home = await olderHome(ports, { deployment, split });
  if (home === null) return null;
  const because = `${error.message} Slipway goes back to version ${home.version}, which was live before it.`;
  const canary = fingerprintIn(deployment, split.canary);
  const fingerprints = fingerprintsOf({ stable: home.fingerprint, canary });
  const recorded = await ports.deployments.record(deployment.id, ({ deployment: current }) => {
    if (!isInFlight(current) || current.stable !== split.stable) return null;
    return {
      deployment: { ...current, stable: home.version, fingerprints },
      entries: [{ kind: 'RollBackFailed', by: 'slipway', because, data: { to: home.version } }],
    };
  });
  return liveSplit(recorded.deployment);
}

async function olderHome(
  { deployments, versions }: FurtherBackPorts,
  { deployment, split: { target, stable } }: { readonly deployment: Deployment; readonly split: OwnSplit },
): Promise<KnownVersion | null> {
  const traces = await readTraces({ deployments }, target);
  const past = traces.map((one) => one.deployment).filter(({ fence }) => fence < deployment.fence);
  for (const { version, fingerprint } of homesBefore(past, knownIn(deployment, stable))) {
    const fact = await orNull(versions.describe(target, version));
    const isHome = fact !== null && mayBeSame(fingerprint, fact.fingerprint) && versionProblem(fact) === null;
    if (isHome && fact.state === 'Active') return { version, fingerprint: fact.fingerprint };
  }
  return null;
}
