/**
 * Reads the deliveries of the one pipeline that resources/pipeline.yml defines, by the names of its stages and actions
 * there.
 */
import {
  type ActionExecutionDetail,
  type CodePipelineClient,
  ListActionExecutionsCommand,
} from '@aws-sdk/client-codepipeline';
import { SlipwayError } from '../domain/errors.ts';
import type { DeliveryPlace } from '../domain/pipeline/delivery-place.ts';
import type { Deliveries } from '../ports/deliveries.ts';
import { attempt } from './errors.ts';

export interface DeliveriesOrder {
  /** Null when no pipeline is installed. */
  readonly name: string | null;
  readonly place: DeliveryPlace | null;
}

const PAGE = 100;
/** Far more than the actions of a run whose stages were retried for a day. */
const PAGES_MAX = 10;

export function codepipelineDeliveries(codePipeline: CodePipelineClient, { name, place }: DeliveriesOrder): Deliveries {
  return {
    place: name === null ? null : place,
    async find({ run, action }) {
      if (name === null) throw new SlipwayError('Conflict', 'This Slipway has no pipeline.');
      const actions = await actionsOf(codePipeline, { name, run });
      const isThere = actions.some((one) => one.stageName === 'Deploy' && one.actionExecutionId === action);
      const revision = actions.find(({ stageName }) => stageName === 'Source')?.output?.outputVariables?.CommitId;
      return isThere && revision !== undefined ? { revision } : null;
    },
  };
}

async function actionsOf(
  codePipeline: CodePipelineClient,
  { name, run }: { readonly name: string; readonly run: string },
): Promise<readonly ActionExecutionDetail[]> {
  const attempted = { what: `list the actions of run ${run}`, action: 'codepipeline:ListActionExecutions' };
  const found: ActionExecutionDetail[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const question = { pipelineName: name, filter: { pipelineExecutionId: run }, maxResults: PAGE };
    const answer = await attempt(attempted, () =>
      codePipeline.send(new ListActionExecutionsCommand({ ...question, ...(nextToken && { nextToken }) })),
    );
    found.push(...(answer.actionExecutionDetails ?? []));
    nextToken = answer.nextToken;
    if (nextToken === undefined) break;
  }
  return found;
}
