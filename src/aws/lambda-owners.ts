/** Reads the tags of a function. For this call Lambda takes only the ARN of the function, and no name. */
import { type LambdaClient, ListTagsCommand } from '@aws-sdk/client-lambda';
import { type FunctionTags, OWNER_TAG } from '../domain/lambda/owner-tag.ts';
import type { Owners } from '../ports/owners.ts';
import { attempt } from './errors.ts';

/**
 * `machineArn` is the ARN of any state machine of the stack. The functions of services are in its account and region.
 */
export function lambdaOwners(lambda: LambdaClient, { machineArn }: { readonly machineArn: string }): Owners {
  const tags = async (name: string): Promise<FunctionTags> => {
    const attempted = { what: `read the tags of ${name}`, action: 'lambda:ListTags' };
    const Resource = functionArn(machineArn, name);
    const { Tags } = await attempt(attempted, () => lambda.send(new ListTagsCommand({ Resource })));
    return Tags ?? {};
  };
  return {
    tags,
    read: async ({ function: name }) => (await tags(name))[OWNER_TAG] ?? null,
    arnOf: async ({ function: name }) => functionArn(machineArn, name),
  };
}

function functionArn(machineArn: string, name: string): string {
  const [arn, partition, , region, account] = machineArn.split(':');
  return [arn, partition, 'lambda', region, account, 'function', name].join(':');
}
