/** The schemas of the API's answers about the pipeline, for the OpenAPI document and the client's types. */
import * as z from 'zod/mini';
import { QUARANTINES, RUN_STATUSES, STAGE_STATUSES } from '../../domain/pipeline/pipeline-run.ts';
import { deploymentFields, TimelineEntryView } from './views.ts';

const Time = z.iso.datetime();

const runFields = {
  id: z.string().check(z.describe('The id of the execution in CodePipeline.')),
  service: z.string(),
  revision: z.nullable(z.string()).check(z.describe('The commit; null until it is fetched.')),
  status: z.enum(RUN_STATUSES),
  quarantine: z
    .enum(QUARANTINES)
    .check(z.describe('`inForce`: nothing gets into the stage Deploy until the service is released.')),
  by: z.string(),
  reason: z.nullable(z.string()),
  stages: z.readonly(
    z.array(
      z.object({
        name: z.string(),
        status: z.enum(STAGE_STATUSES),
        startedAt: z.nullable(Time),
        endedAt: z.nullable(Time),
      }),
    ),
  ),
  startedAt: Time,
  endedAt: z.nullable(Time),
  links: z.object({ self: z.string(), deployment: z.nullable(z.string()), release: z.nullable(z.string()) }),
};

export const PipelineRunView = z.object(runFields).check(z.meta({ id: 'PipelineRun' }));
export type PipelineRunView = z.output<typeof PipelineRunView>;

export const PipelineRunWithTimeline = z
  .object({ ...runFields, timeline: z.readonly(z.array(TimelineEntryView)) })
  .check(z.meta({ id: 'PipelineRunWithTimeline' }));
export type PipelineRunWithTimeline = z.output<typeof PipelineRunWithTimeline>;

export const DeploymentWithPipeline = z
  .object({
    ...deploymentFields,
    pipeline: z
      .nullable(PipelineRunWithTimeline)
      .check(z.describe('The run that built and delivered it; null when it did not come through the pipeline.')),
    timeline: z.readonly(z.array(TimelineEntryView)),
  })
  .check(z.meta({ id: 'DeploymentWithTimeline' }));

export const Released = z.object({
  service: z.string(),
  released: z.readonly(z.array(z.string())).check(z.describe('The runs whose quarantine has ended.')),
});
