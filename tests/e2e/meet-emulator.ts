/**
 * Changes of the deployed stack that an emulator needs where it falls short. They are made from outside after each
 * deployment.
 */
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { paginateListTopics } from '@aws-sdk/client-sns';
import type { Account } from './account.ts';
import { allowEmulatorActions } from './emulator-actions.ts';
import type { EmulatorDoes } from './limits.ts';
import { nameOf } from './slipway-stack.ts';
import { letPlainHttpIntoBucket, letPlainHttpIntoTopic } from './tls-only.ts';

export async function meetEmulator(account: Account, does: EmulatorDoes): Promise<void> {
  if (!does.askForTheActionsOfAws) await allowEmulatorActions(account);
  if (does.speakTls) return;
  for await (const { Topics = [] } of paginateListTopics({ client: account.sns }, {})) {
    const ours = Topics.map(({ TopicArn = '' }) => TopicArn).filter((arn) => arn.includes(`:${nameOf('')}`));
    for (const arn of ours) await letPlainHttpIntoTopic(account, arn);
  }
  const { Buckets = [] } = await account.s3.send(new ListBucketsCommand({}));
  const buckets = Buckets.map(({ Name = '' }) => Name).filter((name) => name.startsWith(nameOf('')));
  for (const bucket of buckets) await letPlainHttpIntoBucket(account, bucket);
}
