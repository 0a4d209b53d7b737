/**
 * POST /rollback. Rolls back a rollout in flight at once. Otherwise it opens a rollback to the version before, or to
 * the version that the request names. No freeze, lock or approval stops it.
 */
import type { Access } from '../../domain/access/access.ts';
import { type Deployment, isInFlight } from '../../domain/deployment/deployment.ts';
import { keyReusedError, wasTakenUp } from '../../domain/deployment/keyed-request.ts';
import { outOfTheWay, refusal } from '../../domain/deployment/next-step.ts';
import type { Traced } from '../../domain/deployment/target-history.ts';
import { isSlipwayError, SlipwayError } from '../../domain/errors.ts';
import { fingerprintIn, fingerprintsOf, type KnownVersion, mayBeSame } from '../../domain/lambda/fingerprint.ts';
import type { Service } from '../../domain/service/service-spec.ts';
import { targetKey, targetName, targetRules } from '../../domain/service/target.ts';
import type { Deployments, Opened } from '../../ports/deployments.ts';
import type { Ids } from '../../ports/ids.ts';
import type { Owners } from '../../ports/owners.ts';
import type { Services } from '../../ports/services.ts';
import type { Versions } from '../../ports/versions.ts';
import { historyOf, readTraces } from '../steps/read-target-history.ts';
import { readLive } from '../targets/live-version.ts';
import type { TakeTrafficBackPorts } from '../targets/seam/going-back.ts';
import { recordUndone } from '../way-back/heal-promotions.ts';
import { openRollback, type RollbackOrder } from '../way-back/open-rollback.ts';
import { retreat } from '../way-back/retreat.ts';
import { takeTrafficBack } from '../way-back/take-traffic-back.ts';
import { goalFor } from './asked-artifact.ts';
import { finishOpened } from './finish-opened.ts';
import { takenUpOn } from './same-request.ts';
import { findWayBack, promotionOf, requireWayBack, versionNamed, versionsBefore } from './version-before.ts';

export interface StartRollbackPorts extends TakeTrafficBackPorts {
  readonly deployments: Deployments;
  readonly services: Services;
  readonly versions: Versions;
  readonly owners: Owners;
  readonly ids: Ids;
}

export interface StartRollbackInput {
  readonly service: string;
  /**
   * A version, or the id of a deployment, which stands for the version that it made live. When left out, the version
   * before.
   */
  readonly to?: string | undefined;
  readonly reason: string;
  readonly by: string;
  /** When left out, the caller cannot make a version live that never was. */
  readonly access?: Access | undefined;
  readonly requestKey: string | null;
}

/** How often a rollback looks again when a rollout is opened at the same moment. */
const LOOKS_MAX = 3;

export async function startRollback(ports: StartRollbackPorts, asked: StartRollbackInput): Promise<Deployment> {
  const [service, opened] = await Promise.all([
    ports.services.read(asked.service),
    ports.deployments.findByRequest(asked),
  ]);
  const input = { ...asked, to: await goalFor(ports, { to: asked.to, service }) };
  if (opened !== null) return repeated(ports, { input, opened });
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    const deployment = await lookAndGoBack(ports, { input, service });
    if (deployment !== 'openedMeanwhile') return deployment;
  }
  const fact = `Deployments of ${service.name} were opened while it was to go back.`;
  throw new SlipwayError('Transient', `${fact} Repeat the same call: it goes back whatever is in flight.`);
}

/**
 * The same request again. The answer is the deployment that it opened, with its opening finished, even if that
 * deployment has ended since.
 */
async function repeated(
  ports: StartRollbackPorts,
  { input, opened }: { readonly input: StartRollbackInput; readonly opened: Deployment },
): Promise<Deployment> {
  if (opened.kind !== 'rollback' || opened.service !== input.service || isElsewhere(opened, input))
    throw keyReusedError(opened, input);
  return finishOpened(ports, { deployment: opened });
}

/** True when the request names another version than the one to which the deployment rolls back. */
function isElsewhere({ stable }: Deployment, { to }: StartRollbackInput): boolean {
  return to !== undefined && !to.startsWith('dep-') && to !== stable;
}

interface Asked {
  readonly input: StartRollbackInput;
  readonly service: Service;
}

async function lookAndGoBack(
  ports: StartRollbackPorts,
  { input, service }: Asked,
): Promise<Deployment | 'openedMeanwhile'> {
  const { by, requestKey, reason: because } = input;
  const traces = await readTraces(ports, service.spec.target);
  const past = traces.map(({ deployment }) => deployment);
  const [latest] = past;
  const order = { because, by, requestKey, kind: 'rollBack', isAsked: true } as const;
  const now = ports.clock.now();
  const asked = past.find((deployment) => wasTakenUp(deployment, { what: 'back', by, requestKey, now }));
  if (asked !== undefined && isElsewhere(asked, input)) throw keyReusedError(asked, input);
  if (asked?.kind === 'rollback') return finishOpened(ports, { deployment: asked });
  if (asked !== undefined) return retreatOnce(ports, { ...order, deployment: asked });
  if (latest === undefined || !isInFlight(latest)) {
    return rollBackSettled(ports, { input, service, traces, superseding: null });
  }
  const to = await versionNamed(ports, { input, service });
  if (latest.kind === 'rollback') return rollbackUnderWay(ports, { input, latest, to });
  if (to === undefined || isStableOf(latest, to)) return retreat(ports, { ...order, deployment: latest });
  // Checked before anything moves: a refused request leaves the rollout as it is.
  await requireWayBack(ports, { service, past, to, access: input.access });
  const deployment = await takeTrafficBack(ports, { deployment: latest, because, by, kind: 'supersede' });
  return rollBackSettled(ports, {
    input,
    service,
    traces,
    superseding: isInFlight(deployment) ? deployment : null,
  });
}

/**
 * Rolls back the rollout once for a request and its repeats. The rollout goes back, or its promotion is undone; a
 * repeat undoes nothing else.
 */
async function retreatOnce(ports: StartRollbackPorts, order: Parameters<typeof retreat>[1]): Promise<Deployment> {
  const { status, replacedBy } = order.deployment;
  if (status !== 'promoted') return isInFlight(order.deployment) ? retreat(ports, order) : order.deployment;
  if (replacedBy === null) return retreat(ports, order);
  const by = await ports.deployments.read(replacedBy);
  // A rollout that superseded the deployment belongs to another request, and goes on.
  return by.deployment.kind === 'rollback' ? finishOpened(ports, by) : order.deployment;
}

/** A request may have opened the rollback and then stopped before it started the machine. */
async function rollbackUnderWay(
  ports: StartRollbackPorts,
  {
    input,
    latest,
    to,
  }: { readonly input: StartRollbackInput; readonly latest: Deployment; readonly to: KnownVersion | undefined },
): Promise<Deployment> {
  const isAnswer = to === undefined || isStableOf(latest, to);
  // Recorded first, so that a repeat finds the rollback.
  if (isAnswer) await takenUpOn(ports, { deployment: latest, what: 'back', input });
  const deployment = await finishOpened(ports, { deployment: latest });
  if (isAnswer) return deployment;
  throw new SlipwayError(
    'Conflict',
    `Rollback ${latest.id} to version ${latest.stable} is in flight. Wait for it, then roll back to ${to.version}.`,
    {
      details: { inFlight: { id: latest.id } },
    },
  );
}

function isStableOf(deployment: Deployment, { version, fingerprint }: KnownVersion): boolean {
  return version === deployment.stable && mayBeSame(fingerprint, fingerprintIn(deployment, version));
}

interface Settled extends Asked {
  /** The deployments of the target, read before any look at the target itself. */
  readonly traces: readonly Traced[];
  readonly superseding: Deployment | null;
}

async function rollBackSettled(
  ports: StartRollbackPorts,
  { input, service, traces, superseding }: Settled,
): Promise<Deployment | 'openedMeanwhile'> {
  const { target } = service.spec;
  const past = traces.map(({ deployment }) => deployment);
  const live = await readLive(ports, { service, past });
  // An undo that crashed before its record has moved the traffic. This rollback goes on from there.
  if (superseding === null && !targetRules(target).isMovedByTask) {
    const undone = await recordUndone(ports, { history: historyOf(traces), live });
    // The undo is what the request asks for, so this finishes it. A new rollback from here would go back a second
    // version.
    if (undone !== null && input.to === undefined) {
      const { reason: because, by, requestKey } = input;
      return retreatOnce(ports, { deployment: undone, kind: 'rollBack', isAsked: true, because, by, requestKey });
    }
  }
  const found = await ports.deployments.findPromoted({ target: targetKey(target), version: live.stable });
  const promoted = promotionOf({ promoted: found, live });
  const named = await versionNamed(ports, { input, service });
  if (named?.version === live.stable) {
    throw new SlipwayError(
      'Conflict',
      `${targetName(target)} is on version ${named.version} already. There is nothing to roll back.`,
    );
  }
  const way = { service, past, access: input.access };
  const to =
    named === undefined
      ? await findWayBack(ports, { ...way, homes: versionsBefore({ past, live, promoted: found }) })
      : { ...named, fingerprint: await requireWayBack(ports, { ...way, to: named }) };
  const canary = live.fingerprint ?? (promoted && fingerprintIn(promoted, live.stable));
  const opened = await openOrFind(ports, {
    service,
    to: to.version,
    from: live.stable,
    fingerprints: fingerprintsOf({ stable: to.fingerprint, canary }),
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
  if (opened.opened) return finishOpened(ports, opened);
  const { id, kind, spec } = opened.inFlight;
  if (targetKey(spec.target) !== targetKey(target)) {
    const fact = `Deployment ${id} of ${service.name} is in flight on ${targetName(spec.target)}.`;
    const next = outOfTheWay(opened.inFlight, { ending: ', then roll back' });
    throw refusal(fact, { ...next, details: { inFlight: { id } } });
  }
  // A rollout was opened at the same moment. It is in flight now, and is rolled back as such.
  if (kind === 'rollout') return 'openedMeanwhile';
  return rollbackUnderWay(ports, { input, latest: opened.inFlight, to: input.to === undefined ? undefined : to });
}

/** When two requests come at the same moment, one opens the rollback and the other finds it. */
async function openOrFind(ports: StartRollbackPorts, order: RollbackOrder): Promise<Opened> {
  try {
    return await openRollback(ports, order);
  } catch (error) {
    if (!isSlipwayError(error, 'Conflict')) throw error;
    const { replacedBy, known } = error.details;
    const same = known === true ? await ports.deployments.findByRequest(order) : null;
    if (same !== null) return { opened: false, inFlight: same };
    if (typeof replacedBy !== 'string') throw error;
    const { deployment } = await ports.deployments.read(replacedBy);
    if (!isInFlight(deployment)) throw error;
    return { opened: false, inFlight: deployment };
  }
}
