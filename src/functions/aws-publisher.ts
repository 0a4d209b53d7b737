import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SNSClient } from '@aws-sdk/client-sns';
import { quickCalls } from '../aws/clients.ts';
import { eventbridgeEvents } from '../aws/eventbridge-events.ts';
import { channelPublisher } from '../aws/publisher.ts';
import { snsNotices } from '../aws/sns-notices.ts';
import { config } from '../config.ts';
import type { Publisher } from '../ports.ts';

/** The stage's own event bus and topic. */
export function awsPublisher(): Publisher {
  return channelPublisher({
    event: eventbridgeEvents(new EventBridgeClient(quickCalls), config.EVENT_BUS_NAME),
    notice: snsNotices(new SNSClient(quickCalls), config.NOTICES_TOPIC_ARN),
  });
}
