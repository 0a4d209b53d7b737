/**
 * A queue as a person on call would have it: it is subscribed to the stack's notices, and read as any subscriber reads
 * it.
 */
import { SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import type { Account } from './account.ts';

export interface Notice {
  readonly subject: string;
  readonly text: string;
  readonly deploymentId: string;
  readonly severity: string;
}

export interface NoticeQueue {
  /**
   * Waits for a notice about that deployment with these words in its subject. Other notices are kept for later calls.
   */
  until(deploymentId: string, words: string): Promise<Notice>;
  remove(): Promise<void>;
}

const NAME = 'on-call';
const WITHIN_MS = 20_000;

export async function aNoticeQueue(account: Account, topicArn: string): Promise<NoticeQueue> {
  const { sns, sqs } = account;
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: NAME }));
  const question = { QueueUrl, AttributeNames: ['QueueArn'] as ['QueueArn'] };
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand(question));
  const queueArn = Attributes?.QueueArn ?? '';
  const Policy = JSON.stringify(letIn(topicArn, queueArn));
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  const subscription = { TopicArn: topicArn, Protocol: 'sqs', Endpoint: queueArn };
  const { SubscriptionArn } = await sns.send(new SubscribeCommand(subscription));
  const come: Notice[] = [];
  return {
    async until(deploymentId, words) {
      const endsAt = Date.now() + WITHIN_MS;
      for (;;) {
        const found = come.find((one) => one.deploymentId === deploymentId && one.subject.includes(words));
        if (found !== undefined) return found;
        if (Date.now() > endsAt) {
          const heard = come.map(({ subject }) => subject).join('; ');
          throw new Error(`No notice "${words}" of ${deploymentId} came within ${WITHIN_MS} ms. There were: ${heard}`);
        }
        come.push(...(await receive(account, QueueUrl)));
      }
    },
    async remove() {
      await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
      await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    },
  };
}

function letIn(topicArn: string, queueArn: string) {
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'sns.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: queueArn,
    Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
  };
  return { Version: '2012-10-17', Statement: [statement] };
}

async function receive({ sqs }: Account, QueueUrl: string): Promise<Notice[]> {
  const order = { QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 };
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(order));
  for (const { ReceiptHandle } of Messages) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  return Messages.map(({ Body = '{}' }) => noticeOf(JSON.parse(Body)));
}

interface Envelope {
  readonly Subject?: string;
  readonly Message: string;
  readonly MessageAttributes?: Readonly<Record<string, { readonly Value: string }>>;
}

function noticeOf({ Subject = '', Message, MessageAttributes = {} }: Envelope): Notice {
  const attribute = (name: string) => MessageAttributes[name]?.Value ?? '';
  const common = { deploymentId: attribute('deploymentId'), severity: attribute('severity') };
  return { ...common, subject: Subject, text: Message };
}
