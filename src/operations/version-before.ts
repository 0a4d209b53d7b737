/** Which version a rollback goes back to, and whether it may: one that was live on the target before, and that is still there. */
import { type Access, decideAccess } from '../domain/access.ts';
import { NO_VERSION } from '../domain/cluster/workload-record.ts';
import { type Deployment, liveOnRecord } from '../domain/deployment.ts';
import { SlipwayError } from '../domain/errors.ts';
import { noSuchDeployment } from '../domain/ledger.ts';
import { OWNER_TAG, ownerProblem } from '../domain/owner-tag.ts';
import type { Service } from '../domain/service-spec.ts';
import { targetKey, targetName } from '../domain/target.ts';
import { isVersionNumber, LATEST, type VersionFact, versionProblem } from '../domain/version-fact.ts';
import type { Owners } from '../ports/owners.ts';
import type { Deployments, Live, Traffic, Versions } from '../ports.ts';
import { orNull } from './check-service.ts';

export interface VersionBeforePorts {
  readonly deployments: Pick<Deployments, 'read' | 'wasLive'>;
  readonly traffic: Pick<Traffic, 'read'>;
  readonly versions: Pick<Versions, 'describe'>;
  readonly owners: Owners;
}

interface Named {
  readonly input: { readonly to?: string | undefined };
  readonly service: Service;
}

/** A deployment's id stands for the version that it put live; on another target it put nothing live here. */
export async function versionNamed(
  { deployments }: Pick<VersionBeforePorts, 'deployments'>,
  { input: { to }, service: { name, spec } }: Named,
): Promise<string | undefined> {
  if (to === undefined || !to.startsWith('dep-')) return to;
  const { deployment } = await deployments.read(to);
  const isHere = targetKey(deployment.spec.target) === targetKey(spec.target);
  if (!isHere && deployment.service !== name) throw noSuchDeployment(to);
  if (!isHere) {
    const fact = `Deployment ${to} was of ${targetName(deployment.spec.target)}, not of ${targetName(spec.target)}.`;
    throw new SlipwayError('Conflict', `${fact} Name a version, or a deployment to the present target.`);
  }
  const version = deployment.kind === 'rollback' ? deployment.stable : deployment.canary;
  if (version !== null) return version;
  throw new SlipwayError(
    'Conflict',
    `Deployment ${to} never published a version. Name another deployment or a version.`,
  );
}

export type LiveVersion = Pick<Live, 'stable' | 'revision' | 'canaryPercent'>;

/** An alias says what is live; of a cluster the ledger knows it, since nobody else may touch the workload's record. */
export async function readLive(
  ports: Pick<VersionBeforePorts, 'traffic'>,
  { service: { name, spec }, past }: { readonly service: Service; readonly past: readonly Deployment[] },
): Promise<LiveVersion> {
  if (spec.target.kind === 'lambda') return ports.traffic.read(spec.target);
  const known = liveOnRecord(past);
  if (known !== null) return { stable: known.version, revision: known.revision, canaryPercent: 0 };
  throw new SlipwayError(
    'Conflict',
    `No deployment of ${name} says which version is live on ${targetName(spec.target)}. Deploy the version that should be.`,
  );
}

async function isThere(
  ports: Pick<VersionBeforePorts, 'versions'>,
  { service: { name, spec }, past, version }: WayBack,
): Promise<void> {
  if (spec.target.kind === 'lambda') {
    requirePublished(version);
    const fact = await ports.versions.describe(spec.target, version);
    // An Inactive version wakes by its first calls; the users of a bad version do not wait for that.
    const problem = fact.state === 'Inactive' ? null : rollbackProblem(fact);
    if (problem !== null) throw new SlipwayError('Conflict', problem);
    return;
  }
  const isKnown = past.some(({ stable, canary }) => stable === version || canary === version);
  if (isKnown && version !== NO_VERSION) return;
  throw new SlipwayError(
    'NotFound',
    `No deployment of ${name} knows a version ${version}. Name one that was live before: GET /deployments?service=${name} lists them.`,
  );
}

interface WayBack {
  readonly service: Service;
  readonly past: readonly Deployment[];
  readonly version: string;
  /** Left out: nobody who could take a version live that never was. */
  readonly access?: Access | undefined;
}

/**
 * Throws NotFound or Conflict when calls to the version would fail, and Forbidden when it was never live on the target: to put a
 * version live for the first time is a deployment, with its approvals, or an admin's decision.
 */
export async function requireWayBack(ports: VersionBeforePorts, order: WayBack): Promise<void> {
  const { service, version, access } = order;
  await isThere(ports, order);
  const { target, name } = service.spec;
  if (await ports.deployments.wasLive({ target: targetKey(target), version })) return;
  if (access !== undefined && decideAccess({ access, role: 'admin', service: name }).allowed)
    return requireOwn(ports, service.spec);
  const fact = `Version ${version} was never live on ${targetName(target)}, so it is no version to go back to.`;
  throw new SlipwayError(
    'Forbidden',
    `${fact} Deploy it with POST /deploy, or ask an admin of ${name} to roll back to it.`,
    { details: { reason: 'never live' } },
  );
}

/** Of a version that is new to the target, as before a deployment: the function may belong to somebody else. Throws Forbidden. */
async function requireOwn({ owners }: VersionBeforePorts, { name, target }: Service['spec']): Promise<void> {
  if (target.kind !== 'lambda') return;
  const problem = ownerProblem(await orNull(owners.read(target)), name);
  if (problem === null) return;
  const fact = `The tag ${OWNER_TAG} of function ${target.function} ${problem}, so ${name} may not take it to a version that was never live.`;
  throw new SlipwayError('Forbidden', `${fact} Have the owner of the function add ${name} to its tag.`, {
    details: { reason: 'other service' },
  });
}

/** Throws InvalidRequest: unpublished code is not what it was, and no version has such a number. */
function requirePublished(version: string): void {
  if (isVersionNumber(version)) return;
  const fact =
    version === LATEST
      ? `${LATEST} is the code that was uploaded last, and no version to go back to.`
      : `Version ${version} is none of Lambda's, which are numbers from 1 on.`;
  const detail = `${fact} Name a published version with "to", for example "41".`;
  throw new SlipwayError('InvalidRequest', detail, { details: { errors: [{ pointer: '/to', detail }] } });
}

function rollbackProblem(fact: VersionFact): string | null {
  if (fact.state !== 'Pending') return versionProblem(fact);
  return `Version ${fact.version} is still Pending, so calls to it would fail. Repeat this when it is Active, or name another version.`;
}

export function versionBefore(promoted: Deployment | null, { stable }: LiveVersion): string {
  if (promoted?.stable === NO_VERSION) {
    throw new SlipwayError(
      'Conflict',
      `Version ${stable} is the first of ${promoted.service}, so there is none to go back to. Deploy a version that works.`,
    );
  }
  if (promoted?.stable != null) return promoted.stable;
  throw new SlipwayError(
    'Conflict',
    `Slipway has no record of a version before version ${stable}. Name the version to go back to with "to", as an admin of the service; or deploy it with POST /deploy.`,
  );
}
