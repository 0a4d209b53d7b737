/** Finds out whether a rule on the default bus gets the event of an alarm that changes its state. */
import {
  DeleteRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import type { Account } from './account.ts';
import { stateOf, type Target } from './target.ts';

const NAME = 'probe-alarm-events';
/** AWS needs one or two seconds; an emulator needs none. */
const WITHIN_SECONDS = 3;

export async function alarmEventsArrive(account: Account, target: Target): Promise<boolean> {
  const { sqs, events, cloudWatch } = account;
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: NAME }));
  const question = { QueueUrl, AttributeNames: ['QueueArn'] as ['QueueArn'] };
  const Arn = (await sqs.send(new GetQueueAttributesCommand(question))).Attributes?.QueueArn ?? '';
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: letEventBridgeIn(Arn) } }));
  const pattern = { source: ['aws.cloudwatch'], detail: { alarmName: [target.alarm] } };
  await events.send(new PutRuleCommand({ Name: NAME, EventPattern: JSON.stringify(pattern) }));
  await events.send(new PutTargetsCommand({ Rule: NAME, Targets: [{ Id: 'queue', Arn }] }));

  await cloudWatch.send(stateOf(target, { StateValue: 'ALARM', StateReason: 'to see who hears of it' }));
  const wait = { QueueUrl, WaitTimeSeconds: WITHIN_SECONDS };
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(wait));

  await events.send(new RemoveTargetsCommand({ Rule: NAME, Ids: ['queue'] }));
  await events.send(new DeleteRuleCommand({ Name: NAME }));
  await sqs.send(new DeleteQueueCommand({ QueueUrl }));
  return Messages.length > 0;
}

function letEventBridgeIn(Resource: string): string {
  const Principal = { Service: 'events.amazonaws.com' };
  const statement = { Effect: 'Allow', Principal, Action: 'sqs:SendMessage', Resource };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}
