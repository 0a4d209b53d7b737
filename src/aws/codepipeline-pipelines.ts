/**
 * Controls the one pipeline that resources/pipeline.yml defines, by the names of its stages and of its source there.
 * The reason on the transition into the stage Deploy is cut to the length that CodePipeline accepts.
 */
import { createHash } from 'node:crypto';
import {
  type CodePipelineClient,
  DisableStageTransitionCommand,
  EnableStageTransitionCommand,
  StartPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { SlipwayError } from '../domain/errors.ts';
import type { Pipelines } from '../ports/pipelines.ts';
import { attempt } from './errors.ts';

export interface PipelineNames {
  /** Null when no pipeline is installed. */
  readonly name: string | null;
  readonly service: string | null;
}

const SOURCE_ACTION = 'Source';
const INTO_DEPLOY = { stageName: 'Deploy', transitionType: 'Inbound' } as const;
const REASON_LENGTH_MAX = 300;

export function codepipelinePipelines(codePipeline: CodePipelineClient, { name, service }: PipelineNames): Pipelines {
  return {
    service: name === null ? null : service,
    async start({ revision, once }) {
      const pipeline = installed(name);
      const attempted = { what: `start the pipeline for ${revision}`, action: 'codepipeline:StartPipelineExecution' };
      const { pipelineExecutionId } = await attempt(attempted, () =>
        codePipeline.send(
          new StartPipelineExecutionCommand({
            name: pipeline,
            sourceRevisions: [{ actionName: SOURCE_ACTION, revisionType: 'COMMIT_ID', revisionValue: revision }],
            ...(once === null ? {} : { clientRequestToken: createHash('sha256').update(once).digest('hex') }),
          }),
        ),
      );
      if (pipelineExecutionId !== undefined) return pipelineExecutionId;
      throw new SlipwayError(
        'Broken',
        `CodePipeline started ${pipeline} and gave no id. Look for the run in its console.`,
      );
    },
    async quarantine(because) {
      const transition = { pipelineName: installed(name), ...INTO_DEPLOY, reason: reasonOf(because) };
      const attempted = { what: 'shut the stage Deploy', action: 'codepipeline:DisableStageTransition' };
      await attempt(attempted, () => codePipeline.send(new DisableStageTransitionCommand(transition)));
    },
    async release() {
      const transition = { pipelineName: installed(name), ...INTO_DEPLOY };
      const attempted = { what: 'open the stage Deploy', action: 'codepipeline:EnableStageTransition' };
      await attempt(attempted, () => codePipeline.send(new EnableStageTransitionCommand(transition)));
    },
  };
}

function installed(name: string | null): string {
  if (name !== null) return name;
  const fact = 'This Slipway has no pipeline.';
  throw new SlipwayError('Conflict', `${fact} Install it with the parameter codeConnectionArn, or deploy an artifact.`);
}

/**
 * CodePipeline accepts letters, digits, spaces and ! @ ( ) . * ? - and refuses the whole call for any other character.
 */
function reasonOf(because: string): string {
  const line = because
    .replaceAll('%', ' percent')
    .replace(/[^a-zA-Z0-9!@ ().*?-]+/g, ' ')
    .replace(/ +/g, ' ')
    .trim();
  return line === '' ? 'No reason was given.' : line.slice(0, REASON_LENGTH_MAX);
}
