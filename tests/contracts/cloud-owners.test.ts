import { LambdaClient, ListTagsCommand } from '@aws-sdk/client-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { lambdaOwners } from '../../src/aws/lambda-owners.ts';
import { rehearsalCloud } from '../../src/twin/cloud/cloud.ts';
import { seededRandom } from '../../src/twin/random.ts';
import { virtualScheduler } from '../../src/twin/scheduler.ts';
import { sdkError } from '../aws/sdk-error.ts';
import { ownersContract } from './cloud-owners.ts';

ownersContract('the rehearsal cloud', () => {
  const { lambda, ports } = rehearsalCloud({
    scheduler: virtualScheduler({ startAt: 0 }),
    random: seededRandom('contract'),
    mode: 'virtual',
  });
  lambda.putFunction({ name: 'checkout' });
  return {
    arnStem: 'arn:aws:lambda:eu-central-1:000000000000',
    owners: ports.owners,
    tag: (tags) => lambda.putFunction({ name: 'checkout', tags }),
  };
});

/**
 * The adapter over a Lambda with one function. The adapter must ask by the ARN that AWS documents, without an alias.
 */
ownersContract('Lambda', () => {
  const client = new LambdaClient({ region: 'us-gov-west-1' });
  const aws = mockClient(client);
  let tags: Readonly<Record<string, string>> = {};
  aws.on(ListTagsCommand).callsFake(({ Resource }) => {
    const name = /^arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:([\w-]+)$/.exec(Resource)?.[1];
    if (name === undefined) throw sdkError('InvalidParameterValueException');
    if (name !== 'checkout') throw sdkError('ResourceNotFoundException');
    return { Tags: tags };
  });
  const machineArn = 'arn:aws-us-gov:states:us-gov-west-1:123456789012:stateMachine:slipway-dev-rollout';
  return {
    arnStem: 'arn:aws-us-gov:lambda:us-gov-west-1:123456789012',
    owners: lambdaOwners(client, { machineArn }),
    tag: (next) => {
      tags = next;
    },
  };
});
