/** What the twin remembers: the tables, and the indexes without which a run of thousands of rollouts would grow slow. */
import { type Deployment, isInFlight } from '../../domain/deployment.ts';
import { byNewest, type LedgerWrite } from '../../domain/ledger.ts';
import type { PipelineRun } from '../../domain/pipeline-run.ts';
import type { Service } from '../../domain/service-spec.ts';
import type { OutboxMessage, TimelineEntry } from '../../domain/timeline.ts';
import type { PeriodRow } from '../../domain/verdict/period-row.ts';
import type { Recorded, StoredAnswer } from '../../ports.ts';
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
    pipelineRuns: new Map<string, PipelineRun>(),
    revisions: new Map<string, Service[]>(),
    claims: new Map<string, KeptClaim>(),
    evidence: new Map<string, Map<number, PeriodRow>>(),
    onceKeys: new Set<string>(),
    /** Claimants of calls, by moment. */
    turns: new Map<number, string>(),
    /** Indexes: kept by `store` alone. */
    inFlight: new Set<string>(),
    promoted: new Set<string>(),
    pending: new Map<string, OutboxMessage>(),
    /** Of a service, newest first. */
    byService: new Map<string, Deployment['id'][]>(),
  };
}

/** Writes what a change came to, and returns the deployment as it is stored. */
export function store(state: LedgerState, write: LedgerWrite): Deployment {
  const deployment = frozen(write.deployment);
  const { id, service } = deployment;
  if (!state.deployments.has(id)) insertInOrder(state, deployment);
  state.deployments.set(id, deployment);
  mark(state.inFlight, { id, belongs: isInFlight(deployment) });
  mark(state.promoted, { id, belongs: deployment.status === 'promoted' && deployment.replacedBy === null });
  keep(state, { id, ...write });
  const lock = state.locks.get(service);
  if (write.settles && lock?.deploymentId === id) state.locks.set(service, { ...lock, deploymentId: null });
  return deployment;
}

/** The entries of a change, under the id of what has changed, and the messages that they send. */
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

export function recorded(state: LedgerState, deployment: Deployment): Recorded {
  return { deployment, waitToken: state.waits.get(deployment.id) ?? null };
}

export function all(state: LedgerState, ids: Iterable<string>): Deployment[] {
  return Array.from(ids, (id) => state.deployments.get(id)).filter((deployment) => deployment !== undefined);
}

function insertInOrder(state: LedgerState, deployment: Deployment): void {
  const ids = state.byService.get(deployment.service) ?? [];
  const later = ids.findIndex((id) => {
    const other = state.deployments.get(id);
    return other !== undefined && byNewest(deployment, other) < 0;
  });
  ids.splice(later === -1 ? ids.length : later, 0, deployment.id);
  state.byService.set(deployment.service, ids);
}

function mark(ids: Set<string>, { id, belongs }: { id: string; belongs: boolean }): void {
  if (belongs) ids.add(id);
  else ids.delete(id);
}
