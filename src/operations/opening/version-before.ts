/**
 * Finds the version to which a rollback goes, and checks it: the version must have been live on the target before, and
 * must still exist.
 */
import { type Access, decideAccess } from '../../domain/access/access.ts';
import type { Deployment } from '../../domain/deployment/deployment.ts';
import { noSuchDeployment } from '../../domain/deployment/ledger.ts';
import { renumberedInWords } from '../../domain/deployment/renumbered.ts';
import { homesBefore } from '../../domain/deployment/target-history.ts';
import { isSlipwayError, SlipwayError } from '../../domain/errors.ts';
import {
  type Fingerprint,
  fingerprintIn,
  type KnownVersion,
  knownIn,
  mayBeSame,
} from '../../domain/lambda/fingerprint.ts';
import { OWNER_TAG, ownerProblem } from '../../domain/lambda/owner-tag.ts';
import type { Service } from '../../domain/service/service-spec.ts';
import { onAlias, targetKey, targetName } from '../../domain/service/target.ts';
import { NO_VERSION } from '../../domain/workload/workload-record.ts';
import type { Deployments } from '../../ports/deployments.ts';
import type { Owners } from '../../ports/owners.ts';
import { orNull } from '../steps/or-null.ts';
import { requireThere } from '../targets/live-version.ts';
import type { AskedVersion, LiveVersion, VersionPorts } from '../targets/seam/versions.ts';

export interface VersionBeforePorts extends VersionPorts {
  readonly deployments: Pick<Deployments, 'read' | 'liveAs'>;
  readonly owners: Owners;
}

interface Named {
  readonly input: { readonly to?: string | undefined };
  readonly service: Service;
}

/**
 * The id of a deployment stands for the version that it made live. A deployment to another target made no version live
 * on this target.
 */
export async function versionNamed(
  { deployments }: Pick<VersionBeforePorts, 'deployments'>,
  { input: { to }, service: { name, spec } }: Named,
): Promise<KnownVersion | undefined> {
  if (to === undefined) return undefined;
  if (!to.startsWith('dep-')) return { version: to, fingerprint: null };
  const { deployment } = await deployments.read(to);
  const isHere = targetKey(deployment.spec.target) === targetKey(spec.target);
  if (!isHere && deployment.service !== name) throw noSuchDeployment(to);
  if (!isHere) {
    const fact = `Deployment ${to} was of ${targetName(deployment.spec.target)}, not of ${targetName(spec.target)}.`;
    throw new SlipwayError('Conflict', `${fact} Name a version, or a deployment to the present target.`);
  }
  const version = deployment.kind === 'rollback' ? deployment.stable : deployment.canary;
  if (version !== null) return knownIn(deployment, version);
  throw new SlipwayError(
    'Conflict',
    `Deployment ${to} never published a version. Name another deployment or a version.`,
  );
}

interface WayBack extends AskedVersion {
  /** When left out, the caller cannot make a version live that never was. */
  readonly access?: Access | undefined;
}

/**
 * Returns the fingerprint of the version. Throws NotFound when the version does not exist, or its number now belongs to
 * another version. Throws Conflict when calls to the version would fail.
 *
 * Throws Forbidden when the version was never live on the target. To make a version live for the first time needs a
 * deployment with its approvals, or the decision of an admin.
 */
export async function requireWayBack(ports: VersionBeforePorts, order: WayBack): Promise<Fingerprint | null> {
  const { service, to, access } = order;
  const { version } = to;
  const found = await requireThere(ports, order);
  const { target, name } = service.spec;
  const known = await ports.deployments.liveAs({ target: targetKey(target), version });
  if (known.some((fingerprint) => mayBeSame(fingerprint, found))) return found;
  if (access !== undefined && decideAccess({ access, role: 'admin', service: name }).allowed) {
    await requireOwn(ports, service.spec);
    return found;
  }
  const alias = onAlias(target);
  const wasOther =
    alias !== null && known[0] !== undefined
      ? `${renumberedInWords({ target: alias, known: { version, fingerprint: known[0] }, found })} `
      : '';
  const fact = `${wasOther}Version ${version} was never live on ${targetName(target)}, so it is no version to go back to.`;
  throw new SlipwayError(
    'Forbidden',
    `${fact} Deploy it with POST /deploy, or ask an admin of ${name} to roll back to it.`,
    { details: { reason: 'never live' } },
  );
}

/**
 * Returns the nearest of these versions that still exists, with its current fingerprint. When none does, throws the
 * error of `requireWayBack` for the first version.
 */
export async function findWayBack(
  ports: VersionBeforePorts,
  { homes, ...order }: Omit<WayBack, 'to'> & { readonly homes: readonly KnownVersion[] },
): Promise<KnownVersion> {
  const gone: SlipwayError[] = [];
  for (const to of homes) {
    try {
      return { version: to.version, fingerprint: await requireWayBack(ports, { ...order, to }) };
    } catch (error) {
      if (!isSlipwayError(error, 'NotFound')) throw error;
      gone.push(error);
    }
  }
  const [first] = gone;
  const next = 'No older version that was live is there either. Deploy a version that works.';
  throw new SlipwayError('NotFound', `${first?.message ?? ''} ${next}`, { cause: first });
}

/**
 * For a version that is new to the target: as before a deployment, checks that the function belongs to the service.
 * Throws Forbidden.
 */
async function requireOwn({ owners }: VersionBeforePorts, { name, target: owned }: Service['spec']): Promise<void> {
  const target = onAlias(owned);
  if (target === null) return;
  const problem = ownerProblem(await orNull(owners.read(target)), name);
  if (problem === null) return;
  const fact = `The tag ${OWNER_TAG} of function ${target.function} ${problem}, so ${name} may not take it to a version that was never live.`;
  throw new SlipwayError('Forbidden', `${fact} Have the owner of the function add ${name} to its tag.`, {
    details: { reason: 'other service' },
  });
}

export interface BeforeLive {
  readonly past: readonly Deployment[];
  readonly live: LiveVersion;
  /** The deployment that last made a version with this number live; null when there is none. */
  readonly promoted: Deployment | null;
}

/**
 * Returns the deployment that promoted the live version. Returns null when that deployment promoted another version
 * with the same number, before the function was created again.
 */
export function promotionOf({ promoted, live }: Omit<BeforeLive, 'past'>): Deployment | null {
  if (promoted === null) return null;
  return mayBeSame(fingerprintIn(promoted, live.stable), live.fingerprint) ? promoted : null;
}

/** Returns the versions that were live before, the nearest first. Throws Conflict when there are none. */
export function versionsBefore({ past, live, promoted }: BeforeLive): readonly KnownVersion[] {
  const { stable } = live;
  const own = promotionOf({ promoted, live });
  if (own?.stable === NO_VERSION) {
    throw new SlipwayError(
      'Conflict',
      `Version ${stable} is the first of ${own.service}, so there is none to go back to. Deploy a version that works.`,
    );
  }
  if (own?.stable != null) {
    const first = knownIn(own, own.stable);
    const isOlder = ({ fence }: Deployment) => fence < own.fence;
    return [first, ...homesBefore(past.filter(isOlder), first)];
  }
  const fact = `Slipway has no record of a version before version ${stable}.`;
  const next = `Name the version to go back to with "to", as an admin of the service; or deploy it with POST /deploy.`;
  throw new SlipwayError('Conflict', `${otherInWords({ promoted, live })}${fact} ${next}`);
}

/**
 * Says, with a space at the end, why a promotion with the same number did not make this version live. Empty when there
 * is no such promotion.
 */
function otherInWords({ promoted, live: { stable: version, fingerprint: found } }: Omit<BeforeLive, 'past'>): string {
  const target = onAlias(promoted?.spec.target);
  if (promoted === null || target === null) return '';
  return `${renumberedInWords({ target, known: knownIn(promoted, version), found })} `;
}
