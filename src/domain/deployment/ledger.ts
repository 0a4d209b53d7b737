/**
 * Plans what the ledger writes for a change: numbered entries, their messages, and whether the service's lock is
 * released. The SQL store and its twin both write what these functions return, so they cannot differ.
 */

import { SlipwayError } from '../errors.ts';
import type { ServiceSpec, Target } from '../service/service-spec.ts';
import { targetName } from '../service/target.ts';
import { storableText } from '../storable-text.ts';
import { type Deployment, isInFlight } from './deployment.ts';
import { onceForRequest } from './keyed-request.ts';
import { type EntryDraft, mayMoveCalls, messagesFor, type OutboxMessage, type TimelineEntry } from './timeline.ts';

/** What one transaction writes for one deployment. */
export interface LedgerWrite {
  readonly deployment: Deployment;
  readonly entries: readonly TimelineEntry[];
  readonly messages: readonly OutboxMessage[];
  /**
   * True when the deployment was in flight and no longer is: then the lock is released, if this deployment still holds
   * it.
   */
  readonly settles: boolean;
}

interface Draft {
  readonly deployment: Deployment;
  readonly entries: readonly EntryDraft[];
}

interface OpeningFacts {
  readonly fence: number;
  readonly at: number;
  /** The deployment that the new one undoes, as it is stored now. */
  readonly undone?: Deployment | undefined;
  /** The deployment that the new one was to supersede, as it is stored now. */
  readonly superseded?: Deployment | undefined;
}

/**
 * Plans a new deployment under the fencing token that the lock gave it. A rollback that undoes a promotion starts from
 * the stored traffic of that promotion. Another process may have moved and recorded that traffic since the caller
 * looked.
 */
export function planOpening(
  { deployment, entries }: Draft,
  { fence, at, undone, superseded }: OpeningFacts,
): LedgerWrite {
  const begins = deployment.kind === 'rollback' ? (undone ?? deployment) : deployment;
  // The deployment to supersede may have ended since the caller looked, or another deployment superseded it.
  const isGone = superseded !== undefined && superseded.id === deployment.replaces && !isInFlight(superseded);
  const replaces = isGone ? null : deployment.replaces;
  return numbered({
    before: { ...deployment, replaces, atPercent: begins.atPercent, fence, timelineLength: 0 },
    drafts: entries,
    at,
  });
}

/**
 * Plans a change of a stored deployment. A change cannot replace the fields by which the ledger counts or finds rows:
 * their stored values stay.
 */
export function planChange(stored: Deployment, { deployment, entries, at }: Draft & { at: number }): LedgerWrite {
  const { id, service, openedAt, fence, timelineLength } = stored;
  const before = { ...deployment, id, service, openedAt, fence, timelineLength };
  const write = numbered({ before, drafts: entries, at });
  return { ...write, settles: isInFlight(stored) && !isInFlight(write.deployment) };
}

/** Plans the end of a deployment in flight that another deployment supersedes. */
export function planSuperseding(stored: Deployment, by: { opened: Deployment; because: string; at: number }) {
  const { opened, because, at } = by;
  return planChange(stored, {
    deployment: { ...stored, status: 'superseded', settledAt: at, because, replacedBy: opened.id },
    entries: [{ kind: 'DeploymentSuperseded', by: opened.by, because, data: { replacedBy: opened.id } }],
    at,
  });
}

/** Marks a promoted deployment as undone by another one. Throws Conflict when it was replaced before. */
export function planUndoing(stored: Deployment, { opened, at }: { opened: Deployment; at: number }): LedgerWrite {
  if (stored.replacedBy !== null) {
    throw new SlipwayError(
      'Conflict',
      `Deployment ${stored.id} was replaced by ${stored.replacedBy} already. Look at that one before you roll back again.`,
      { details: { deploymentId: stored.id, replacedBy: stored.replacedBy } },
    );
  }
  // The reason of the promotion says that the version got all the traffic. This says what became of it.
  const because = `Version ${stored.canary ?? 'unknown'} had all the traffic, until deployment ${opened.id} took it back.`;
  return planChange(stored, { deployment: { ...stored, replacedBy: opened.id, because }, entries: [], at });
}

/**
 * Plans the end of a watch when the service leaves the target: people would no longer expect an alarm to move calls
 * there.
 */
export function planWatchEnd(
  stored: Deployment,
  { by, because, at }: { readonly by: string; readonly because: string; readonly at: number },
): LedgerWrite {
  const entry: EntryDraft = { kind: 'WatchEnded', by, because, data: { watchUntil: stored.watchUntil } };
  return planChange(stored, { deployment: { ...stored, watchUntil: at }, entries: [entry], at });
}

function numbered({ before, drafts, at }: { before: Deployment; drafts: readonly EntryDraft[]; at: number }) {
  const because = before.because === null ? null : storableText(before.because);
  const reason = before.reason === null ? null : storableText(before.reason);
  const progress = drafts.some(mayMoveCalls) ? { ...before.progress, isUnmoved: undefined } : before.progress;
  const deployment = { ...before, progress, reason, because, timelineLength: before.timelineLength + drafts.length };
  const entries = drafts.map(
    (draft, index): TimelineEntry => ({
      ...draft,
      because: storableText(draft.because),
      data: draft.data ?? {},
      deploymentId: before.id,
      sequence: before.timelineLength + index + 1,
      at,
    }),
  );
  return {
    deployment,
    entries,
    messages: entries.flatMap((entry) => messagesFor(entry, deployment)),
    settles: false,
  } satisfies LedgerWrite;
}

/** A position in the list of deployments, newest first. */
export interface Position {
  readonly openedAt: number;
  readonly id: string;
}

/** Compares for a list with the newest first: below zero when `one` comes before `other`. */
export function byNewest(one: Position, other: Position): number {
  return other.openedAt - one.openedAt || compareText([other.id, one.id]);
}

/**
 * Compares two deployments of one target or of one service: below zero when `one` was opened after `other`. The fence
 * decides, because it rises with each of them. The clocks of two processes that open deployments may differ by seconds.
 */
export function byLatest(one: Position & { readonly fence: number }, other: typeof one): number {
  return other.fence - one.fence || byNewest(one, other);
}

/** Compares two messages: below zero when `one` went into the outbox before `other`. */
type Dated = Pick<OutboxMessage, 'at' | 'id'>;

export function byOldestMessage(one: Dated, other: Dated): number {
  return one.at - other.at || compareText([one.id, other.id]);
}

function compareText([one, other]: readonly [string, string]): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

export function writeCursor({ openedAt, id }: Position): string {
  return `${openedAt.toString(36)}.${id}`;
}

/** Throws InvalidRequest when the text is not a cursor. */
export function readCursor(cursor: string): Position {
  const match = /^([0-9a-z]{1,10})\.([A-Za-z0-9-]{1,40})$/.exec(cursor);
  const [, openedAt, id] = match ?? [];
  if (openedAt === undefined || id === undefined) {
    throw new SlipwayError('InvalidRequest', 'The cursor is not one of ours. Take nextCursor from the page before.', {
      details: { pointer: '/cursor' },
    });
  }
  return { openedAt: Number.parseInt(openedAt, 36), id };
}

/** True when two specs have the same content, whatever the order of their fields. */
export function isSameSpec(one: ServiceSpec, other: ServiceSpec): boolean {
  return canonical(one) === canonical(other);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, field: unknown) =>
    typeof field === 'object' && field !== null && !Array.isArray(field)
      ? Object.fromEntries(Object.entries(field).sort(([one], [other]) => compareText([one, other])))
      : field,
  );
}

export function noSuchDeployment(id: string): SlipwayError {
  return new SlipwayError('NotFound', `There is no deployment ${id}. List them with GET /deployments.`);
}

export function noSuchService(name: string): SlipwayError {
  const message = `There is no service ${name}. Register it with PUT /services/${name}.`;
  return new SlipwayError('NotFound', message, { details: { noService: name } });
}

/** The key for which an opening happens only once; null when there is no such limit. */
export function onceOf({
  deployment,
  once,
}: {
  readonly deployment: Deployment;
  readonly once?: string;
}): string | null {
  return once ?? onceForRequest(deployment);
}

export function openedBefore(once: string): SlipwayError {
  return new SlipwayError('Conflict', `What ${once} asks for was opened before. There is nothing left to do.`, {
    details: { known: true },
  });
}

export function targetTaken({ target, service }: { target: Target; service: string }): SlipwayError {
  return new SlipwayError(
    'Conflict',
    `${targetName(target)} belongs to service ${service}. Deploy through that one, or remove it first with DELETE /services/${service}.`,
    { details: { pointer: '/target', service } },
  );
}

/** The reasons why a watch ends before its time. */
export const LEFT = {
  removed: (name: string) => `Service ${name} was removed, so no alarm takes this version back any more.`,
  taken: (name: string, by: string) =>
    `Service ${name} gave this target to service ${by}, so no alarm takes this version back any more.`,
  moved: (name: string, target: Target) =>
    `Service ${name} left this target for ${targetName(target)}, so no alarm takes this version back any more.`,
};

export function targetElsewhere({ name, has, target }: { name: string; has: Target; target: Target }): SlipwayError {
  return new SlipwayError(
    'Conflict',
    `Service ${name} is on ${targetName(has)}, and not on ${targetName(target)}, so nothing can be taken from it. Leave out takeFrom.`,
    { details: { service: name } },
  );
}

export function targetInFlight({ name, deploymentId }: { name: string; deploymentId: string }): SlipwayError {
  return new SlipwayError(
    'Conflict',
    `Deployment ${deploymentId} of service ${name} is in flight, so its target stays. Wait for its end, then change the target. GET /deployments/${deploymentId} lists the actions that are open.`,
    { details: { pointer: '/target', deploymentId } },
  );
}

export function stillInFlight({ name, deploymentId }: { name: string; deploymentId: string }): SlipwayError {
  return new SlipwayError(
    'Conflict',
    `Deployment ${deploymentId} of service ${name} is in flight. Wait for its end. GET /deployments/${deploymentId} lists the actions that are open.`,
    { details: { deploymentId } },
  );
}
