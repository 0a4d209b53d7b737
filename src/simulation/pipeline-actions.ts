/**
 * What the actions of resources/pipeline.yml do, with the input that is written there: two of them start a machine and
 * wait for it.
 */
import type { DeployAction, RehearsedRun, StageName } from '../twin/events/pipelines.ts';
import { type Scheduler, sleep } from '../twin/scheduler.ts';
import type { RehearsalWorkflows } from '../twin/workflow/runner.ts';

/** The one repository to which the rehearsed builds push. The digest of an image says which code is in it. */
const REPOSITORY = 'registry/pipeline';
export const PIPELINE_OUTPUT = { kind: 'image', repository: REPOSITORY } as const;

/** How images of the pipeline behave: like the code of the same name in this cloud. */
export function pipelineImages<B>(behaviours: Readonly<Record<string, B>>): Readonly<Record<string, B>> {
  return Object.fromEntries(Object.entries(behaviours).map(([code, behaviour]) => [imageOf(code), behaviour]));
}

function imageOf(code: string): string {
  return `${REPOSITORY}@sha256:${Buffer.from(code).toString('hex').padEnd(64, '0')}`;
}

export interface ActionsOrder {
  readonly service: string;
  /** Called with the action of the stage Deploy before its machine starts. */
  readonly startAction: (action: DeployAction) => void;
  readonly scheduler: Scheduler;
  /** Called when an action starts, because the machines are made after the pipeline. */
  readonly workflows: () => RehearsalWorkflows;
  /** The image that the stage Build makes of a revision, and the stage that fails for it. */
  readonly revision: (revision: string) => { readonly image: string; readonly failsIn?: StageName | undefined };
  /** How long each stage before Deploy takes. */
  readonly stageMs: number;
}

const MACHINES = { Deploy: 'delivery', Monitor: 'monitor' } as const;

export function pipelineActions(order: ActionsOrder) {
  const { service, scheduler, workflows, revision: look, stageMs } = order;
  let executions = 0;
  return async ({ id, revision }: RehearsedRun, stage: StageName): Promise<void> => {
    const { image, failsIn } = look(revision);
    if (stage === failsIn) throw new Error(`${stage} says no`);
    if (stage !== 'Deploy' && stage !== 'Monitor') return sleep(scheduler, stageMs);
    const artifact = { kind: 'image', bucket: 'artifacts', reference: imageOf(image) };
    const input = { Deploy: { service, pipelineRun: id, revision, artifact }, Monitor: { pipelineRun: id } };
    executions += 1;
    const name = `action-${executions}`;
    if (stage === 'Deploy') order.startAction({ id: name, run: id, revision });
    await workflows().run({ machineArn: `slipway-dev-${MACHINES[stage]}`, name, input: input[stage] });
  };
}
