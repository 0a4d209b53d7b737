import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { quickCalls } from '../aws/clients.ts';
import { codepipelineDeliveries } from '../aws/codepipeline-deliveries.ts';
import { config } from '../config.ts';
import type { DeliveryPlace } from '../domain/pipeline/delivery-place.ts';
import type { Deliveries } from '../ports/deliveries.ts';

/** What the stage's own pipeline may deliver, according to the stack. */
export function awsDeliveries(): Deliveries {
  const place = placeOf(config.PIPELINE_SERVICE);
  return codepipelineDeliveries(new CodePipelineClient(quickCalls), { name: config.PIPELINE_NAME ?? null, place });
}

function placeOf(service: string | undefined): DeliveryPlace | null {
  if (service === undefined) return null;
  const { PIPELINE_IMAGES: repository } = config;
  if (repository !== undefined) return { service, output: { kind: 'image', repository } };
  return { service, output: { kind: 'object', bucket: config.PIPELINE_BUCKET } };
}
