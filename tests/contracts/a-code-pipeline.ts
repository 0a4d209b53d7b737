import { createHash } from 'node:crypto';
import {
  CodePipelineClient,
  DisableStageTransitionCommand,
  EnableStageTransitionCommand,
  StartPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { mockClient } from 'aws-sdk-client-mock';
import { codepipelinePipelines } from '../../src/aws/codepipeline-pipelines.ts';
import { sdkError } from '../aws/sdk-error.ts';
import type { PipelinesStage } from './cloud-pipelines.ts';

/** The patterns and lengths that the API reference gives for what the adapter sends. */
const REASON = /^[a-zA-Z0-9!@ ().*?-]{1,300}$/;
const TOKEN = /^[a-zA-Z0-9-]{1,128}$/;

/** The adapter over a CodePipeline that has one pipeline, and refuses what AWS documents that it refuses. */
export function aCodePipeline(): PipelinesStage {
  const aws = mockClient(CodePipelineClient);
  const started: { readonly id: string; readonly revision: string }[] = [];
  const tokens = new Map<string, (typeof started)[number]>();
  let shut: string | null = null;

  aws.on(StartPipelineExecutionCommand).callsFake(({ name, sourceRevisions, clientRequestToken: token }) => {
    const [{ actionName, revisionType, revisionValue: revision }] = sourceRevisions;
    if (name !== 'slipway-dev-delivery') throw sdkError('PipelineNotFoundException');
    const isCommit = actionName === 'Source' && revisionType === 'COMMIT_ID' && /^[0-9a-f]{40}$/.test(revision);
    if (!isCommit || (token !== undefined && !TOKEN.test(token))) throw sdkError('ValidationException');
    const known = tokens.get(token);
    if (known !== undefined && known.revision !== revision) throw sdkError('ValidationException');
    if (known !== undefined) return { pipelineExecutionId: known.id };
    const id = createHash('sha256').update(String(started.length)).digest('hex').slice(0, 32);
    const run = { id: id.replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'), revision };
    started.push(run);
    if (token !== undefined) tokens.set(token, run);
    return { pipelineExecutionId: run.id };
  });
  aws.on(DisableStageTransitionCommand).callsFake(({ pipelineName, stageName, transitionType, reason }) => {
    if (pipelineName !== 'slipway-dev-delivery') throw sdkError('PipelineNotFoundException');
    if (stageName !== 'Deploy' || transitionType !== 'Inbound') throw sdkError('StageNotFoundException');
    if (!REASON.test(reason)) throw sdkError('ValidationException');
    shut = reason;
    return {};
  });
  aws.on(EnableStageTransitionCommand).callsFake(({ stageName, transitionType }) => {
    if (stageName !== 'Deploy' || transitionType !== 'Inbound') throw sdkError('StageNotFoundException');
    shut = null;
    return {};
  });
  const client = new CodePipelineClient({ region: 'eu-west-1' });
  return {
    pipelines: codepipelinePipelines(client, { name: 'slipway-dev-delivery', service: 'checkout' }),
    none: codepipelinePipelines(client, { name: null, service: null }),
    revisions: () => started.map(({ revision }) => revision),
    shutBecause: () => shut,
  };
}
