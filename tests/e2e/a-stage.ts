/** The stage of these tests: an account with an installed Slipway, a team's function, and a person on call. */
import { DeleteObjectsCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import type { Account } from './account.ts';
import type { EmulatorDoes } from './limits.ts';
import { aNoticeQueue, type NoticeQueue } from './notice-queue.ts';
import type { Settings, SlipwayStack } from './slipway-stack.ts';
import { aTarget, type Target } from './target.ts';

export interface Stage {
  readonly account: Account;
  readonly slipway: SlipwayStack;
  readonly checkout: Target;
  readonly onCall: NoticeQueue;
  readonly settings: Settings;
  readonly does: EmulatorDoes;
  strike(): Promise<void>;
}

export const SERVICE = 'checkout';

export async function setStage(
  account: Account,
  { slipway, settings, does }: Pick<Stage, 'slipway' | 'settings' | 'does'>,
): Promise<Stage> {
  const checkout = await aTarget(account, { name: SERVICE, artifactBucket: slipway.artifactBucket });
  const onCall = await aNoticeQueue(account, slipway.deploymentsTopicArn);
  return {
    account,
    slipway,
    checkout,
    onCall,
    settings,
    does,
    async strike() {
      await onCall.remove();
      await checkout.remove();
      await emptyBucket(account, slipway.artifactBucket);
    },
  };
}

/** A person who removes the stack has to do the same: AWS does not delete a bucket that is not empty. */
async function emptyBucket({ s3 }: Account, Bucket: string): Promise<void> {
  const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
  const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
  if (Objects.length > 0) await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
}
