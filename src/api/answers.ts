/** What each route answers: the successful answers by status, and the statuses of the problems that it may return. */
import * as z from 'zod/mini';
import type { ContractName } from './all-contracts.ts';
import { Explanation } from './views/explanation-views.ts';
import { DeploymentWithPipeline, PipelineRunView, PipelineRunWithTimeline, Released } from './views/pipeline-views.ts';
import {
  DeploymentPage,
  DeploymentView,
  DryRun,
  Findings,
  Health,
  Readiness,
  ServiceList,
  ServiceView,
  UnchangedView,
} from './views/views.ts';

interface Answers {
  readonly good: Readonly<Record<number, { readonly is: string; readonly schema?: z.ZodMiniType }>>;
  readonly problems: readonly number[];
}

const accepted = { is: 'The deployment, which goes on after this answer', schema: DeploymentView };
const signalled = { good: { 202: accepted }, problems: [400, 404, 409, 413, 415, 422, 500, 503] } as const;

export const answers = {
  startDeployment: {
    good: {
      202: {
        is: 'The deployment, or for a revision the run of the pipeline, which goes on after this answer',
        schema: z.union([DeploymentView, PipelineRunView]),
      },
      200: {
        is: 'What is live already, so that nothing was deployed; or the answer to a dry run',
        schema: z.union([UnchangedView, DryRun]),
      },
    },
    problems: [400, 404, 409, 413, 415, 422, 500, 503],
  },
  startRollback: signalled,
  listDeployments: {
    good: { 200: { is: 'A page of deployments', schema: DeploymentPage } },
    problems: [400, 422, 500, 503],
  },
  readDeployment: {
    good: { 200: { is: 'The deployment', schema: DeploymentWithPipeline } },
    problems: [404, 500, 503],
  },
  explainDeployment: { good: { 200: { is: 'The evidence', schema: Explanation } }, problems: [404, 500, 503] },
  promoteDeployment: signalled,
  pauseDeployment: signalled,
  resumeDeployment: signalled,
  skipDeployment: signalled,
  approveDeployment: signalled,
  abortDeployment: signalled,
  retryDeployment: {
    ...signalled,
    good: { 202: accepted, 200: { is: 'What is live already, so that nothing was deployed', schema: UnchangedView } },
  },
  readPipelineRun: { good: { 200: { is: 'The run', schema: PipelineRunWithTimeline } }, problems: [404, 500, 503] },
  putService: {
    good: {
      200: { is: 'The service, changed', schema: ServiceView },
      201: { is: 'The service, new', schema: ServiceView },
    },
    problems: [400, 409, 413, 415, 422, 500, 503],
  },
  readService: { good: { 200: { is: 'The service', schema: ServiceView } }, problems: [404, 500, 503] },
  listServices: { good: { 200: { is: 'All services', schema: ServiceList } }, problems: [500, 503] },
  removeService: { good: { 204: { is: 'It is off the register' } }, problems: [404, 409, 500, 503] },
  checkService: { good: { 200: { is: 'What was found', schema: Findings } }, problems: [404, 500, 503] },
  releaseService: {
    good: { 200: { is: 'What was let go on', schema: Released } },
    problems: [400, 409, 413, 415, 422, 500, 503],
  },
  readHealth: { good: { 200: { is: 'It is alive', schema: Health } }, problems: [] },
  readReadiness: { good: { 200: { is: 'It is ready', schema: Readiness } }, problems: [503] },
  readOpenapi: { good: { 200: { is: 'This document', schema: z.record(z.string(), z.unknown()) } }, problems: [500] },
} as const satisfies Record<ContractName, Answers>;

type Good<N extends ContractName> = (typeof answers)[N]['good'];
type SchemaOf<A> = A extends { schema: infer S extends z.ZodMiniType } ? z.output<S> : undefined;

/** The body of a route's successful answers. */
export type AnswerOf<N extends ContractName> = { [K in keyof Good<N>]: SchemaOf<Good<N>[K]> }[keyof Good<N>];
