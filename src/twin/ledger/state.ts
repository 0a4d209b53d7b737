/** The data of the twin: the tables, and the indexes that keep a run of thousands of rollouts fast. */
import { type Deployment, isInFlight } from '../../domain/deployment/deployment.ts';
import { byLatest, byNewest, type LedgerWrite } from '../../domain/deployment/ledger.ts';
import type { Traced } from '../../domain/deployment/target-history.ts';
import { isTrafficChange, type OutboxMessage, type TimelineEntry } from '../../domain/deployment/timeline.ts';
import type { PipelineRun } from '../../domain/pipeline/pipeline-run.ts';
import type { Service } from '../../domain/service/service-spec.ts';
import { targetKey } from '../../domain/service/target.ts';
import type { PeriodRow } from '../../domain/verdict/period-row.ts';
import type { Recorded } from '../../ports/deployments.ts';
import type { StoredAnswer } from '../../ports/idempotency.ts';
import { frozen } from './frozen.ts';

export interface Lock {
  readonly deploymentId: string | null;
  readonly fence: number;
}

export interface OutboxRow {
  readonly message: OutboxMessage;
  readonly publishedAt: number | null;
}

export interface KeptClaim {
  readonly requestHash: string;
  readonly claimedAt: number;
  readonly answer: StoredAnswer | null;
}

export type LedgerState = ReturnType<typeof emptyState>;

export function emptyState() {
  return {
    deployments: new Map<string, Deployment>(),
    timeline: new Map<string, TimelineEntry[]>(),
    outbox: new Map<string, OutboxRow>(),
    locks: new Map<string, Lock>(),
    waits: new Map<string, string>(),
    services: new Map<string, Service>(),
    /** The service that has the target, by target. */
    targets: new Map<string, Service['name']>(),
    pipelineRuns: new Map<string, PipelineRun>(),
    revisions: new Map<string, Service[]>(),
    claims: new Map<string, KeptClaim>(),
    evidence: new Map<string, Map<number, PeriodRow>>(),
    /** Ids of deployments, by the key under which each could be opened only once. */
    onceKeys: new Map<string, Deployment['id']>(),
    /** The claimants of calls, by the moment of the call. */
    turns: new Map<number, string>(),
    /** Indexes, which only `store` changes. */
    inFlight: new Set<string>(),
    promoted: new Set<string>(),
    pending: new Map<string, OutboxMessage>(),
    /** The deployments of a service, newest first. */
    byService: new Map<string, Deployment['id'][]>(),
    /** The deployments of a target, latest first. */
    byTarget: new Map<string, Deployment['id'][]>(),
  };
}

/** Writes the result of a change, and returns the deployment as it is stored. */
export function store(state: LedgerState, write: LedgerWrite): Deployment {
  const deployment = frozen(write.deployment);
  const { id, service, spec } = deployment;
  const target = targetKey(spec.target);
  if (!state.deployments.has(id)) {
    insertInOrder(state, { deployment, index: state.byService, key: service, order: byNewest });
    insertInOrder(state, { deployment, index: state.byTarget, key: target, order: byLatest });
  }
  state.deployments.set(id, deployment);
  mark(state.inFlight, { id, belongs: isInFlight(deployment) });
  mark(state.promoted, { id, belongs: deployment.status === 'promoted' && deployment.replacedBy === null });
  keep(state, { id, ...write });
  for (const key of write.settles ? [service, target] : []) {
    const lock = state.locks.get(key);
    if (lock?.deploymentId === id) state.locks.set(key, { ...lock, deploymentId: null });
  }
  return deployment;
}

/** Adds the entries of a change, under the id of the changed object, and the messages that the entries send. */
export function keep(
  state: LedgerState,
  { id, entries, messages }: { readonly id: string } & Pick<LedgerWrite, 'entries' | 'messages'>,
): void {
  const kept = state.timeline.get(id) ?? [];
  for (const entry of entries) kept.push(frozen(entry));
  state.timeline.set(id, kept);
  for (const message of messages) {
    const stored = frozen(message);
    state.outbox.set(stored.id, { message: stored, publishedAt: null });
    state.pending.set(stored.id, stored);
  }
}

/** Adds the time of the last entry about the deployment's traffic. */
export function traced(state: LedgerState, deployment: Deployment): Traced {
  const move = state.timeline.get(deployment.id)?.findLast(isTrafficChange);
  return { deployment, movedAt: move?.at ?? null };
}

export function recorded(state: LedgerState, deployment: Deployment): Recorded {
  return { deployment, waitToken: state.waits.get(deployment.id) ?? null };
}

export function all(state: LedgerState, ids: Iterable<string>): Deployment[] {
  return Array.from(ids, (id) => state.deployments.get(id)).filter((deployment) => deployment !== undefined);
}

interface Place {
  readonly deployment: Deployment;
  readonly index: Map<string, Deployment['id'][]>;
  readonly key: string;
  readonly order: (one: Deployment, other: Deployment) => number;
}

function insertInOrder(state: LedgerState, { deployment, index, key, order }: Place): void {
  const ids = index.get(key) ?? [];
  const later = ids.findIndex((id) => {
    const other = state.deployments.get(id);
    return other !== undefined && order(deployment, other) < 0;
  });
  ids.splice(later === -1 ? ids.length : later, 0, deployment.id);
  index.set(key, ids);
}

function mark(ids: Set<string>, { id, belongs }: { id: string; belongs: boolean }): void {
  if (belongs) ids.add(id);
  else ids.delete(id);
}
