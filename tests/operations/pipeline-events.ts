/** The events of AWS about the pipeline, in the form that its documentation gives. */
import { buildKey } from '../../src/domain/pipeline/delivery-place.ts';
import { PipelineStateChange, runEventOf } from '../../src/functions/events/messages/pipeline-state-change.ts';

export const RUN_ID = '11111111-2222-3333-4444-555555555555';
export const REVISION = 'a'.repeat(40);
/** The order that the stage Deploy passes on for that run. */
export const DELIVERY = {
  service: 'checkout',
  pipelineRun: RUN_ID,
  revision: REVISION,
  artifact: { kind: 'object', bucket: 'builds', reference: buildKey({ service: 'checkout', revision: REVISION }) },
} as const;
const TIME = '2026-01-05T10:00:07Z';

const event = (detailType: string, detail: object, id = 'event-1') => ({
  version: '0',
  id,
  'detail-type': detailType,
  source: detailType.startsWith('CodeBuild') ? 'aws.codebuild' : 'aws.codepipeline',
  account: '123456789012',
  time: TIME,
  region: 'eu-west-1',
  resources: ['arn:aws:codepipeline:eu-west-1:123456789012:slipway-dev-delivery'],
  detail,
});
const ofRun = { pipeline: 'slipway-dev-delivery', 'execution-id': RUN_ID, version: 3 };

export const runChanged = (state: string, more: object = {}) =>
  event('CodePipeline Pipeline Execution State Change', { ...ofRun, state, ...more });

export const stageChanged = (stage: string, state: string, id?: string) =>
  event('CodePipeline Stage Execution State Change', { ...ofRun, stage, state }, id);

export const actionChanged = (state: string, more: { readonly category?: string; readonly result?: object } = {}) =>
  event('CodePipeline Action Execution State Change', {
    ...ofRun,
    stage: 'Test',
    action: 'Test',
    state,
    region: 'eu-west-1',
    type: { owner: 'AWS', provider: 'CodeBuild', category: more.category ?? 'Build', version: '1' },
    ...(more.result && { 'execution-result': more.result }),
  });

export const buildChanged = (status: string, more: object = {}, variables: readonly object[] = [OF_RUN]) =>
  event('CodeBuild Build State Change', {
    'build-status': status,
    'project-name': 'slipway-dev-test',
    'build-id': 'arn:aws:codebuild:eu-west-1:123456789012:build/slipway-dev-test:1',
    'additional-information': {
      environment: { 'compute-type': 'BUILD_GENERAL1_SMALL', 'environment-variables': variables },
      ...more,
    },
    version: '1',
  });
const OF_RUN = { name: 'PIPELINE_RUN', value: RUN_ID, type: 'PLAINTEXT' };

/** Reads an event as the listener does. */
export const read = (given: object) => runEventOf(PipelineStateChange.parse(given));
