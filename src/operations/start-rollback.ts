/**
 * POST /rollback. A rollout in flight goes back at once; otherwise the service returns to the version before, or to the
 * one that is named. No freeze, lock or approval stands in its way.
 */
import { NO_VERSION } from '../domain/cluster/workload-record.ts';
import { type Deployment, isInFlight, liveOnRecord } from '../domain/deployment.ts';
import { isSlipwayError, SlipwayError } from '../domain/errors.ts';
import { noSuchDeployment } from '../domain/ledger.ts';
import type { Service } from '../domain/service-spec.ts';
import { targetKey, targetName } from '../domain/target.ts';
import { isVersionNumber, LATEST, type VersionFact, versionProblem } from '../domain/version-fact.ts';
import type { Deployments, Ids, Live, Opened, Services, Versions } from '../ports.ts';
import { pastOf } from './check-service.ts';
import { recordUndone } from './heal-promotions.ts';
import { openRollback, type RollbackOrder } from './open-rollback.ts';
import { retreat } from './retreat.ts';
import { rollBackTraffic } from './roll-back.ts';
import { answerWait, startWorkflow } from './start-workflow.ts';
import { type TakeTrafficBackPorts, takeTrafficBack } from './take-traffic-back.ts';

export interface StartRollbackPorts extends TakeTrafficBackPorts {
  readonly deployments: Deployments;
  readonly services: Services;
  readonly versions: Versions;
  readonly ids: Ids;
}

export interface StartRollbackInput {
  readonly service: string;
  /** A deployment (to the version that it put live) or a version; left out, the version before. */
  readonly to?: string | undefined;
  readonly reason: string;
  readonly by: string;
  readonly requestKey: string | null;
}

export async function startRollback(ports: StartRollbackPorts, input: StartRollbackInput): Promise<Deployment> {
  const service = await ports.services.read(input.service);
  const target = targetKey(service.spec.target);
  const [latest] = (await ports.deployments.history({ target, limit: 1 })).map(({ deployment }) => deployment);
  if (latest === undefined || !isInFlight(latest)) {
    return rollBackSettled(ports, { input, service, superseding: null });
  }
  const to = await versionNamed(ports, { input, service });
  if (latest.kind === 'rollback') return rollbackUnderWay(latest, to);
  const elsewhere = to !== undefined && to !== latest.stable;
  const order = { deployment: latest, because: input.reason, by: input.by };
  if (!elsewhere) return retreat(ports, { ...order, kind: 'rollBack', isAsked: true });
  const deployment = await takeTrafficBack(ports, { ...order, kind: 'supersede' });
  return rollBackSettled(ports, {
    input,
    service,
    superseding: isInFlight(deployment) ? deployment : null,
  });
}

function rollbackUnderWay(latest: Deployment, to: string | undefined): Deployment {
  if (to === undefined || to === latest.stable) return latest;
  throw new SlipwayError(
    'Conflict',
    `Rollback ${latest.id} to version ${latest.stable} is in flight. Wait for it, then roll back to ${to}.`,
    {
      details: { inFlight: { id: latest.id } },
    },
  );
}

interface Named {
  readonly input: Pick<StartRollbackInput, 'to'>;
  readonly service: Service;
}

/** A deployment's id stands for the version that it put live; on another target it put nothing live here. */
async function versionNamed(
  { deployments }: StartRollbackPorts,
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

interface Settled {
  readonly input: StartRollbackInput;
  readonly service: Service;
  readonly superseding: Deployment | null;
}

async function rollBackSettled(
  ports: StartRollbackPorts,
  { input, service, superseding }: Settled,
): Promise<Deployment> {
  const { target } = service.spec;
  // As many as a page has: what is older has left the cluster as well.
  const past = target.kind === 'lambda' ? [] : await pastOf(ports, { target, limit: 100 });
  const live = await readLive(ports, { service, past });
  // An undo that died unrecorded has moved the traffic, and this one goes on from there.
  if (superseding === null && target.kind === 'lambda') await recordUndone(ports, { target, live });
  const promoted = await ports.deployments.findPromoted({ target: targetKey(target), version: live.stable });
  const to = (await versionNamed(ports, { input, service })) ?? versionBefore(promoted, live);
  if (to === live.stable) {
    throw new SlipwayError(
      'Conflict',
      `${targetName(target)} is on version ${to} already. There is nothing to roll back.`,
    );
  }
  await isThere(ports, { service, past, version: to });
  const opened = await openOrFind(ports, {
    service,
    to,
    from: live.stable,
    atPercent: 100,
    liveRevision: live.revision,
    because: input.reason,
    by: input.by,
    requestKey: input.requestKey,
    entries: [],
    opening: {
      ...(promoted === null ? {} : { undoing: promoted.id }),
      ...(superseding === null ? {} : { superseding: { deploymentId: superseding.id, because: input.reason } }),
    },
  });
  if (!opened.opened) {
    const { id, kind, spec } = opened.inFlight;
    if (targetKey(spec.target) !== targetKey(target)) {
      const fact = `Deployment ${id} of ${service.name} is in flight on ${targetName(spec.target)}.`;
      throw new SlipwayError('Conflict', `${fact} Abort it, then roll back.`, { details: { inFlight: { id } } });
    }
    // A rollout was opened in this moment: it is in flight now, and goes back as such.
    if (kind === 'rollout') return startRollback(ports, input);
    return rollbackUnderWay(opened.inFlight, input.to === undefined ? undefined : to);
  }
  // Now rather than when the machine gets to it: users are waiting. The machine then verifies and settles.
  if (target.kind === 'lambda') await moveNow(ports, opened.deployment.id);
  await startWorkflow(ports, opened.deployment);
  await answerWait(ports, opened.waitToken);
  return (await ports.deployments.read(opened.deployment.id)).deployment;
}

/** Of two requests at the same moment, one opens the rollback and the other finds it. */
async function openOrFind(ports: StartRollbackPorts, order: RollbackOrder): Promise<Opened> {
  try {
    return await openRollback(ports, order);
  } catch (error) {
    if (!isSlipwayError(error, 'Conflict') || typeof error.details.replacedBy !== 'string') throw error;
    const { deployment } = await ports.deployments.read(error.details.replacedBy);
    if (!isInFlight(deployment)) throw error;
    return { opened: false, inFlight: deployment };
  }
}

async function moveNow(ports: StartRollbackPorts, deploymentId: string): Promise<void> {
  try {
    await rollBackTraffic(ports, { deploymentId });
  } catch (error) {
    // It is on record, and the machine tries the same for longer than a request can.
    if (!isSlipwayError(error, 'Transient')) throw error;
  }
}

type LiveVersion = Pick<Live, 'stable' | 'revision' | 'canaryPercent'>;

/** An alias says what is live; of a cluster the ledger knows it, since nobody else may touch the workload's record. */
async function readLive(
  ports: StartRollbackPorts,
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
  ports: StartRollbackPorts,
  {
    service: { name, spec },
    past,
    version,
  }: { readonly service: Service; readonly past: readonly Deployment[]; readonly version: string },
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

function versionBefore(promoted: Deployment | null, { stable }: LiveVersion): string {
  if (promoted?.stable === NO_VERSION) {
    throw new SlipwayError(
      'Conflict',
      `Version ${stable} is the first of ${promoted.service}, so there is none to go back to. Deploy a version that works.`,
    );
  }
  if (promoted?.stable != null) return promoted.stable;
  throw new SlipwayError(
    'Conflict',
    `Slipway has no record of a version before version ${stable}. Name the version to go back to with "to".`,
  );
}
