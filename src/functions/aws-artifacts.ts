/** The code that a deployment names, in AWS: only the functions that open a deployment look at it. */
import { s3Artifacts } from '../aws/s3-artifacts.ts';
import { config } from '../config.ts';
import type { Artifacts } from '../ports/artifacts.ts';

export function awsArtifacts(): { readonly artifacts: Artifacts } {
  return { artifacts: s3Artifacts({ region: config.AWS_REGION, endpoint: config.AWS_ENDPOINT_URL }) };
}
