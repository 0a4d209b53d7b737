/**
 * Topics and buckets that accept requests over TLS only. The tests reach the emulator by plain HTTP, so it would refuse
 * all of them.
 */
import { GetBucketPolicyCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
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

/** Removes the statement about TLS from the deployed policy of a topic, and keeps the others. */
export async function letPlainHttpIntoTopic({ sns }: Account, TopicArn: string): Promise<void> {
  const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn }));
  const AttributeValue = withoutTls(Attributes?.Policy);
  if (AttributeValue === null) return;
  await sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue }));
}

/** The same for a bucket. */
export async function letPlainHttpIntoBucket({ s3 }: Account, Bucket: string): Promise<void> {
  const { Policy } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
  const changed = withoutTls(Policy);
  if (changed === null) return;
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: changed }));
}

/** Returns null when the statement is already removed. */
function withoutTls(text = '{"Statement":[]}'): string | null {
  const policy = JSON.parse(text) as Policy;
  const kept = policy.Statement.filter(({ Effect, Condition }) => Effect !== 'Deny' || !isAboutTls(Condition));
  return kept.length === policy.Statement.length ? null : JSON.stringify({ ...policy, Statement: kept });
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
