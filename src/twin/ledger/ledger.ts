/**
 * The twin of the store in memory: the same ports and the same answers, checked by the same contract suite, without any
 * randomness or delay. The checkers of the invariants read its `view`.
 */
import type { Deployment } from '../../domain/deployment/deployment.ts';
import type { TimelineEntry } from '../../domain/deployment/timeline.ts';
import type { PipelineRun } from '../../domain/pipeline/pipeline-run.ts';
import type { Service } from '../../domain/service/service-spec.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ListedDeployments } from '../../ports/deployments.ts';
import type { Idempotency } from '../../ports/idempotency.ts';
import type { Outbox } from '../../ports/outbox.ts';
import type { PipelineRuns } from '../../ports/pipeline-runs.ts';
import type { Reachable } from '../../ports/reachable.ts';
import type { Services } from '../../ports/services.ts';
import type { Turns } from '../../ports/turns.ts';
import type { Upkeep } from '../../ports/upkeep.ts';
import type { Verdicts } from '../../ports/verdicts.ts';
import { twinDeployments } from './deployments.ts';
import { twinPipelineRuns } from './pipeline-runs.ts';
import { twinIdempotency, twinOutbox, twinServices, twinTurns, twinVerdicts } from './small-ports.ts';
import { emptyState, type Lock, type OutboxRow } from './state.ts';
import { twinUpkeep } from './upkeep.ts';

/** The tables as they are now. The maps are live: read and compare them, but do not keep a reference. */
export interface LedgerView {
  readonly deployments: ReadonlyMap<string, Deployment>;
  /** By deployment id, oldest first. */
  readonly timeline: ReadonlyMap<string, readonly TimelineEntry[]>;
  /** By message id. `publishedAt` is null until the message is published. */
  readonly outbox: ReadonlyMap<string, OutboxRow>;
  /** By service and by target. */
  readonly locks: ReadonlyMap<string, Lock>;
  /** Task tokens, by deployment id. */
  readonly waits: ReadonlyMap<string, string>;
  readonly services: ReadonlyMap<string, Service>;
  readonly pipelineRuns: ReadonlyMap<string, PipelineRun>;
  /** The ids of the deployments in flight. A checker that reads only these stays fast, however long the run is. */
  readonly inFlight: ReadonlySet<string>;
  /** The claimant of each call of Lambda's control plane, by the moment of the call. */
  readonly turns: ReadonlyMap<number, string>;
  /** Messages that are not published, by id. */
  readonly pending: ReadonlyMap<string, unknown>;
}

export interface LedgerPorts {
  readonly deployments: ListedDeployments;
  readonly services: Services;
  readonly outbox: Outbox;
  readonly pipelineRuns: PipelineRuns;
  readonly idempotency: Idempotency;
  readonly verdicts: Verdicts;
  readonly turns: Turns;
  readonly reachable: Reachable;
  readonly upkeep: Upkeep;
}

export interface Ledger extends LedgerPorts {
  /** The same tables for a machine with another clock: the store takes its times from its own process. */
  on(clock: Clock): LedgerPorts;
  view(): LedgerView;
}

export interface LedgerOrder {
  readonly clock: Clock;
  /** The number of control plane calls per second that all forward steps together may make. */
  readonly forwardCallsPerSecond?: number;
}

export function rehearsalLedger({ clock, forwardCallsPerSecond = 10 }: LedgerOrder): Ledger {
  const state = emptyState();
  const on: Ledger['on'] = (machine) => ({
    deployments: twinDeployments(state, machine),
    services: twinServices(state),
    outbox: twinOutbox(state),
    pipelineRuns: twinPipelineRuns(state, machine),
    idempotency: twinIdempotency(state),
    verdicts: twinVerdicts(state),
    turns: twinTurns(state, { clock: machine, callsPerSecond: forwardCallsPerSecond }),
    reachable: { check: async () => {} },
    upkeep: twinUpkeep(state),
  });
  return { ...on(clock), on, view: () => state };
}
