import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SNSClient } from '@aws-sdk/client-sns';
import { quickCalls } from '../aws/clients.ts';
import { eventbridgeEvents } from '../aws/eventbridge-events.ts';
import { channelPublisher } from '../aws/publisher.ts';
import { snsNotices } from '../aws/sns-notices.ts';
import { config } from '../config.ts';
import type { Publisher } from '../ports/publisher.ts';

/** The stage's own event bus and topics. */
export function awsPublisher(): Publisher {
  const sns = new SNSClient(quickCalls);
  return channelPublisher({
    event: eventbridgeEvents(new EventBridgeClient(quickCalls), config.EVENT_BUS_NAME),
    deployments: snsNotices(sns, config.DEPLOYMENTS_TOPIC_ARN),
    incidents: snsNotices(sns, config.INCIDENTS_TOPIC_ARN),
  });
}
