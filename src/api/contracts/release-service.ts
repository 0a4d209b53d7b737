import type { ReleaseServiceResult } from '../../domain/pipeline/run-results.ts';
import type { Contract } from '../contract.ts';
import { pipelineRunLink } from '../present-pipeline-run.ts';
import { ServiceNamed, WithReason } from '../request-fields.ts';

export const releaseServiceContract = {
  name: 'releaseService',
  method: 'POST',
  path: '/services/{name}/release',
  summary: 'Let revisions of a service into the stage Deploy again, after one was quarantined',
  needs: 'deployer',
  about: 'name',
  params: ServiceNamed,
  body: WithReason,
  respond: ({ service, released }: ReleaseServiceResult) => ({
    status: 200,
    body: { service, released: released.map(pipelineRunLink) },
  }),
} as const satisfies Contract;
