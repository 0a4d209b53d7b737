/**
 * Topics that accept messages over TLS only. The tests reach the emulator by plain HTTP, so it would refuse all
 * messages.
 */
import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  PublishCommand,
  SetTopicAttributesCommand,
} from '@aws-sdk/client-sns';
import type { Account } from './account.ts';

interface Policy {
  readonly Statement: readonly { readonly Effect: string; readonly Condition?: object }[];
}

/**
 * Removes this statement from the deployed policy and keeps the others. Does nothing when the statement is already
 * removed.
 */
export async function letPlainHttpIn({ sns }: Account, TopicArn: string): Promise<void> {
  const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn }));
  const policy = JSON.parse(Attributes?.Policy ?? '{"Statement":[]}') as Policy;
  const kept = policy.Statement.filter(({ Effect, Condition }) => Effect !== 'Deny' || !isAboutTls(Condition));
  if (kept.length === policy.Statement.length) return;
  const AttributeValue = JSON.stringify({ ...policy, Statement: kept });
  await sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue }));
}

function isAboutTls(condition: object = {}): boolean {
  return JSON.stringify(condition) === JSON.stringify({ Bool: { 'aws:SecureTransport': 'false' } });
}

export async function mayPublishToTlsOnly({ sns }: Account): Promise<boolean> {
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'probe-tls-only' }));
  const Condition = { Bool: { 'aws:SecureTransport': 'false' } };
  const statement = { Effect: 'Deny', Principal: '*', Action: 'sns:Publish', Resource: TopicArn, Condition };
  const AttributeValue = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue }));
  try {
    await sns.send(new PublishCommand({ TopicArn, Message: 'by what way?' }));
    return true;
  } catch (error) {
    if (error instanceof Error && error.name.startsWith('AuthorizationError')) return false;
    throw error;
  } finally {
    await sns.send(new DeleteTopicCommand({ TopicArn }));
  }
}
