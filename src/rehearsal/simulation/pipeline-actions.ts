/** What the actions of resources/pipeline.yml do, with the input that stands there: two of them start a machine and wait for it. */
import type { RehearsedRun, StageName } from '../cloud/pipelines.ts';
import { type Scheduler, sleep } from '../scheduler.ts';
import type { RehearsalWorkflows } from '../workflow/runner.ts';

export interface ActionsOrder {
  readonly service: string;
  readonly scheduler: Scheduler;
  /** Asked when an action starts: the machines are made after the pipeline. */
  readonly workflows: () => RehearsalWorkflows;
  /** The image that the stage Build leaves of a revision, and which stage of it fails. */
  readonly revision: (revision: string) => { readonly image: string; readonly failsIn?: StageName | undefined };
  /** How long each stage before Deploy takes. */
  readonly stageMs: number;
}

const MACHINES = { Deploy: 'delivery', Monitor: 'monitor' } as const;

export function pipelineActions({ service, scheduler, workflows, revision: look, stageMs }: ActionsOrder) {
  let executions = 0;
  return async ({ id, revision }: RehearsedRun, stage: StageName): Promise<void> => {
    const { image, failsIn } = look(revision);
    if (stage === failsIn) throw new Error(`${stage} says no`);
    if (stage !== 'Deploy' && stage !== 'Monitor') return sleep(scheduler, stageMs);
    const artifact = { kind: 'image', bucket: 'artifacts', reference: image };
    const input = { Deploy: { service, pipelineRun: id, revision, artifact }, Monitor: { pipelineRun: id } };
    executions += 1;
    const name = `action-${executions}`;
    await workflows().run({ machineArn: `slipway-dev-${MACHINES[stage]}`, name, input: input[stage] });
  };
}
