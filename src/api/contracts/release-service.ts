import type { ReleaseServiceResult } from '../../domain/pipeline/run-results.ts';
import { ServiceNamed, WithReason } from '../fields/request-fields.ts';
import type { Contract } from '../route/contract.ts';
import { pipelineRunLink } from '../views/present-pipeline-run.ts';

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
