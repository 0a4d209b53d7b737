/**
 * Changes of the deployed stack that an emulator needs where it falls short. They are made from outside after each
 * deployment.
 */
import { paginateListTopics } from '@aws-sdk/client-sns';
import type { Account } from './account.ts';
import { allowEmulatorActions } from './emulator-actions.ts';
import type { EmulatorDoes } from './limits.ts';
import { nameOf } from './slipway-stack.ts';
import { letPlainHttpIn } from './tls-only-topics.ts';

export async function meetEmulator(account: Account, does: EmulatorDoes): Promise<void> {
  if (!does.askForTheActionsOfAws) await allowEmulatorActions(account);
  if (does.speakTls) return;
  for await (const { Topics = [] } of paginateListTopics({ client: account.sns }, {})) {
    const ours = Topics.map(({ TopicArn = '' }) => TopicArn).filter((arn) => arn.includes(`:${nameOf('')}`));
    for (const arn of ours) await letPlainHttpIn(account, arn);
  }
}
