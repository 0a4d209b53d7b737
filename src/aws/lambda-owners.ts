/** The tag by which a function names its services. Lambda takes the ARN of the function alone here, and no name. */
import { type LambdaClient, ListTagsCommand } from '@aws-sdk/client-lambda';
import { OWNER_TAG } from '../domain/owner-tag.ts';
import type { Owners } from '../ports/owners.ts';
import { attempt } from './errors.ts';

/** `machineArn`: of any state machine of the stack. Functions that are deployed are in its account and region. */
export function lambdaOwners(lambda: LambdaClient, { machineArn }: { readonly machineArn: string }): Owners {
  return {
    async read({ function: name }) {
      const attempted = { what: `read the tags of ${name}`, action: 'lambda:ListTags' };
      const Resource = functionArn(machineArn, name);
      const { Tags } = await attempt(attempted, () => lambda.send(new ListTagsCommand({ Resource })));
      return Tags?.[OWNER_TAG] ?? null;
    },
    arnOf: async ({ function: name }) => functionArn(machineArn, name),
  };
}

function functionArn(machineArn: string, name: string): string {
  const [arn, partition, , region, account] = machineArn.split(':');
  return [arn, partition, 'lambda', region, account, 'function', name].join(':');
}
