/**
 * CodePipeline with the one pipeline of resources/pipeline.yml. Each stage has one run at a time, a later run
 * supersedes a waiting one, and the transition into Deploy can be disabled. It refuses what AWS refuses, and sends
 * AWS's events.
 */

import { SlipwayError } from '../../domain/errors.ts';
import type { BuildOutput } from '../../domain/pipeline/delivery-place.ts';
import type { Deliveries } from '../../ports/deliveries.ts';
import type { Pipelines } from '../../ports/pipelines.ts';
import type { Random } from '../random.ts';
import type { Scheduler } from '../scheduler.ts';
import { type BusEvent, eventId } from './bus-event.ts';

export const STAGES = ['Source', 'Build', 'Test', 'SecurityScan', 'Deploy', 'Monitor'] as const;
export type StageName = (typeof STAGES)[number];

export interface RehearsedRun {
  readonly id: string;
  readonly revision: string;
  readonly status: 'InProgress' | 'Succeeded' | 'Failed' | 'Superseded';
  /** The stage in which the run is, or for which it waits. */
  readonly stage: StageName;
}

/** An action of the stage Deploy. Its id is the name of the execution that it starts. */
export interface DeployAction {
  readonly id: string;
  readonly run: string;
  readonly revision: string;
}

export interface PipelineOrder {
  readonly service: string;
  /** The place where the builds leave code. */
  readonly output: BuildOutput;
  /** Runs an action. Rejects with the message of the action when the action fails. */
  readonly act: (run: RehearsedRun, stage: StageName) => Promise<void>;
}

export interface PipelinesOrder {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly send: (event: Pick<BusEvent, 'source' | 'detail-type' | 'detail'>) => void;
  /** When left out, no pipeline is installed. */
  readonly pipeline?: PipelineOrder | undefined;
}

export type RehearsedPipelines = ReturnType<typeof rehearsedPipelines>;

export function rehearsedPipelines(order: PipelinesOrder) {
  const { pipeline, random } = order;
  if (pipeline === undefined) {
    return {
      port: noPipeline(),
      deliveries: noDeliveries(),
      runs: noRuns,
      startAction: () => {},
      shutBecause: () => null,
    };
  }
  const runs = new Map<string, RehearsedRun>();
  const tokens = new Map<string, RehearsedRun>();
  const actions = new Map<string, DeployAction>();
  const line = assemblyLine({ ...order, pipeline, runs });
  const port: Pipelines = {
    service: pipeline.service,
    async start({ revision, once }) {
      if (!/^[0-9a-f]{40}$/.test(revision)) throw invalid(`${revision} is not a commit of the repository.`);
      const known = once === null ? undefined : tokens.get(once);
      if (known !== undefined && known.revision !== revision)
        throw invalid('The token of this request was used for another one.');
      if (known !== undefined) return known.id;
      const run: RehearsedRun = { id: eventId(random), revision, status: 'InProgress', stage: 'Source' };
      if (once !== null) tokens.set(once, run);
      line.begin(run);
      return run.id;
    },
    async quarantine(because) {
      if (because.trim() === '') throw invalid('A transition is shut with a reason.');
      line.shut(because);
    },
    release: async () => line.open(),
  };
  const deliveries: Deliveries = {
    place: { service: pipeline.service, output: pipeline.output },
    async find({ run, action }) {
      const known = actions.get(action);
      return known?.run === run ? { revision: known.revision } : null;
    },
  };
  return {
    port,
    deliveries,
    runs: (): readonly RehearsedRun[] => [...runs.values()],
    /** An action in the stage Deploy registers its id here. */
    startAction: (action: DeployAction): void => void actions.set(action.id, action),
    shutBecause: line.shutBecause,
  };
}

const noRuns = (): readonly RehearsedRun[] => [];

function noPipeline(): Pipelines {
  const refuse = async (): Promise<never> => {
    throw new SlipwayError('Conflict', 'This Slipway has no pipeline. Deploy an artifact or a version instead.');
  };
  return { service: null, start: refuse, quarantine: refuse, release: refuse };
}

function noDeliveries(): Deliveries {
  return {
    place: null,
    async find() {
      throw new SlipwayError('Conflict', 'This Slipway has no pipeline.');
    },
  };
}

function invalid(fact: string): SlipwayError {
  return new SlipwayError('InvalidRequest', `${fact} AWS would refuse it.`);
}

type LineOrder = PipelinesOrder & { readonly pipeline: PipelineOrder; readonly runs: Map<string, RehearsedRun> };

/** Moves runs from stage to stage. */
function assemblyLine({ scheduler, pipeline, runs, send }: LineOrder) {
  const waiting = new Map<StageName, string>();
  const occupied = new Set<StageName>();
  let shutBecause: string | null = null;
  const tell = tellers(send);
  const change = (id: string, to: Partial<RehearsedRun>): RehearsedRun => {
    const run = { ...(runs.get(id) as RehearsedRun), ...to };
    runs.set(id, run);
    return run;
  };
  const arrive = (id: string, stage: StageName): void => {
    const older = waiting.get(stage);
    if (older !== undefined) tell.run(change(older, { status: 'Superseded' }));
    waiting.set(stage, id);
    change(id, { stage });
    scheduler.at(scheduler.now(), () => pump(stage));
  };
  const pump = (stage: StageName): void => {
    const id = waiting.get(stage);
    if (id === undefined || occupied.has(stage) || (stage === 'Deploy' && shutBecause !== null)) return;
    waiting.delete(stage);
    occupied.add(stage);
    void work(change(id, { stage }), stage).finally(() => {
      occupied.delete(stage);
      pump(stage);
    });
  };
  const work = async (run: RehearsedRun, stage: StageName): Promise<void> => {
    tell.stage(run, 'STARTED');
    try {
      await pipeline.act(run, stage);
    } catch (error) {
      tell.action(run, { state: 'FAILED', summary: error instanceof Error ? error.message : String(error) });
      tell.stage(run, 'FAILED');
      tell.run(change(run.id, { status: 'Failed' }));
      return;
    }
    tell.action(run, { state: 'SUCCEEDED', summary: stage === 'Source' ? run.revision : 'Done' });
    tell.stage(run, 'SUCCEEDED');
    const next = STAGES[STAGES.indexOf(stage) + 1];
    if (next === undefined) tell.run(change(run.id, { status: 'Succeeded' }));
    else arrive(run.id, next);
  };
  return {
    begin(run: RehearsedRun): void {
      runs.set(run.id, run);
      tell.run(run);
      arrive(run.id, 'Source');
    },
    shut(because: string): void {
      shutBecause = because;
    },
    open(): void {
      shutBecause = null;
      pump('Deploy');
    },
    shutBecause: () => shutBecause,
  };
}

const NAME = 'slipway-dev-delivery';
const RUN_STATES = {
  InProgress: 'STARTED',
  Succeeded: 'SUCCEEDED',
  Failed: 'FAILED',
  Superseded: 'SUPERSEDED',
} as const;

/** Sends the events of the pipeline, in EventBridge's form. */
function tellers(send: PipelinesOrder['send']) {
  const tell = (what: 'Pipeline' | 'Stage' | 'Action', detail: Record<string, unknown>): void =>
    send({
      source: 'aws.codepipeline',
      'detail-type': `CodePipeline ${what} Execution State Change`,
      detail: { pipeline: NAME, version: 1, ...detail },
    });
  return {
    run: ({ id, status }: RehearsedRun) => tell('Pipeline', { 'execution-id': id, state: RUN_STATES[status] }),
    stage: ({ id, stage }: RehearsedRun, state: 'STARTED' | 'SUCCEEDED' | 'FAILED') =>
      tell('Stage', { 'execution-id': id, stage, state }),
    action({ id, stage }: RehearsedRun, { state, summary }: { state: 'SUCCEEDED' | 'FAILED'; summary: string }): void {
      const result = { 'external-execution-id': summary, 'external-execution-summary': summary };
      const type = { owner: 'AWS', category: stage === 'Source' ? 'Source' : 'Invoke', version: '1' };
      tell('Action', { 'execution-id': id, stage, action: stage, state, type, 'execution-result': result });
    },
  };
}
