/** What the stories of these tests play on: an account with an installed Slipway, a team's function, and somebody on call. */
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import type { Account } from './account.ts';
import type { EmulatorDoes } from './limits.ts';
import { aNoticeQueue, type NoticeQueue } from './notice-queue.ts';
import { ARTIFACT_BUCKET, type SlipwayStack } from './slipway-stack.ts';
import { aTarget, type Target } from './target.ts';

export interface Stage {
  readonly account: Account;
  readonly slipway: SlipwayStack;
  readonly checkout: Target;
  readonly onCall: NoticeQueue;
  readonly does: EmulatorDoes;
  strike(): Promise<void>;
}

export const SERVICE = 'checkout';

export async function setStage(account: Account, { slipway, does }: Pick<Stage, 'slipway' | 'does'>): Promise<Stage> {
  await account.s3.send(new CreateBucketCommand({ Bucket: ARTIFACT_BUCKET }));
  const checkout = await aTarget(account, { name: SERVICE });
  const onCall = await aNoticeQueue(account, slipway.noticesTopicArn);
  return {
    account,
    slipway,
    checkout,
    onCall,
    does,
    async strike() {
      await onCall.remove();
      await checkout.remove();
      await emptyBucket(account);
      await account.s3.send(new DeleteBucketCommand({ Bucket: ARTIFACT_BUCKET }));
    },
  };
}

async function emptyBucket({ s3: client }: Account): Promise<void> {
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: ARTIFACT_BUCKET })) {
    const Objects = Contents.map(({ Key }) => ({ Key }));
    if (Objects.length > 0) {
      await client.send(new DeleteObjectsCommand({ Bucket: ARTIFACT_BUCKET, Delete: { Objects } }));
    }
  }
}
