import { createHash } from 'node:crypto';
import {
  CodePipelineClient,
  DisableStageTransitionCommand,
  EnableStageTransitionCommand,
  ListActionExecutionsCommand,
  StartPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { mockClient } from 'aws-sdk-client-mock';
import { codepipelineDeliveries } from '../../src/aws/codepipeline-deliveries.ts';
import { codepipelinePipelines } from '../../src/aws/codepipeline-pipelines.ts';
import { sdkError } from '../aws/sdk-error.ts';
import { OUTPUT, type PipelinesStage } from './cloud-pipelines.ts';

/** The patterns and lengths that the API reference gives for the fields that the adapter sends. */
const REASON = /^[a-zA-Z0-9!@ ().*?-]{1,300}$/;
const TOKEN = /^[a-zA-Z0-9-]{1,128}$/;

/**
 * The adapter over a CodePipeline with one pipeline. This CodePipeline refuses what the documents of AWS say that it
 * refuses.
 */
export function aCodePipeline(): PipelinesStage {
  const client = new CodePipelineClient({ region: 'eu-west-1' });
  const aws = mockClient(client);
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
  const actions: { readonly id: string; readonly run: string; readonly revision: string }[] = [];
  // Lists the newest run first, in pages: for each run the stage Deploy, then the stage Source with the revision that
  // it fetched.
  aws.on(ListActionExecutionsCommand).callsFake(({ pipelineName, filter, maxResults, nextToken = '0' }) => {
    if (pipelineName !== 'slipway-dev-delivery') throw sdkError('PipelineNotFoundException');
    if (maxResults > 100) throw sdkError('ValidationException');
    const all = actions
      .filter(({ run }) => run === filter.pipelineExecutionId)
      .flatMap(({ id, revision }) => [
        { stageName: 'Deploy', actionName: 'Deploy', actionExecutionId: id, status: 'InProgress' },
        { stageName: 'Source', actionName: 'Source', output: { outputVariables: { CommitId: revision } } },
      ]);
    const from = Number(nextToken);
    const next = from + 1 < all.length ? { nextToken: String(from + 1) } : {};
    return { actionExecutionDetails: all.slice(from, from + 1), ...next };
  });
  const place = { service: 'checkout', output: OUTPUT };
  return {
    pipelines: codepipelinePipelines(client, { name: 'slipway-dev-delivery', service: 'checkout' }),
    none: codepipelinePipelines(client, { name: null, service: null }),
    deliveries: codepipelineDeliveries(client, { name: 'slipway-dev-delivery', place }),
    noDeliveries: codepipelineDeliveries(client, { name: null, place }),
    startAction: (action) => void actions.push(action),
    revisions: () => started.map(({ revision }) => revision),
    shutBecause: () => shut,
  };
}
