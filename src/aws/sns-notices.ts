/**
 * Publishes notices to one of Slipway's SNS topics. Subscribers filter on the attributes `service`, `severity` and
 * `deploymentId`, and drop duplicates by `id`.
 */
import { type BatchResultErrorEntry, PublishBatchCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { OutboxMessage } from '../domain/deployment/timeline.ts';
import type { Publisher } from '../ports/publisher.ts';
import { batchesOf, type Sent, sendAll, utf8Bytes } from './batches.ts';
import { attempt, translate } from './errors.ts';

/**
 * SNS accepts 256 KB for a whole request, including attributes. A notice with its attributes stays well below a tenth
 * of that.
 */
const BYTES_MAX = 256 * 1_024;
const TEXT_BYTES_MAX = 24 * 1_024;
const ATTRIBUTE_BYTES = 1_024;
const SUBJECT_LENGTH_MAX = 100;

export function snsNotices(sns: SNSClient, topicArn: string): Publisher {
  return {
    publish(messages) {
      const limits = {
        countMax: 10,
        bytesMax: BYTES_MAX,
        bytesOf: ({ body }: OutboxMessage) => Math.min(utf8Bytes(body), TEXT_BYTES_MAX) + ATTRIBUTE_BYTES,
      };
      return sendAll(batchesOf(messages, limits), (batch) => send(sns, { topicArn, batch }));
    },
  };
}

async function send(
  sns: SNSClient,
  { topicArn, batch }: { topicArn: string; batch: readonly OutboxMessage[] },
): Promise<Sent> {
  const attempted = { what: `publish ${batch.length} notices`, action: 'sns:Publish' };
  const answer = await attempt(attempted, () =>
    sns.send(
      new PublishBatchCommand({
        TopicArn: topicArn,
        PublishBatchRequestEntries: batch.map((message, index) => entryFor(message, String(index))),
      }),
    ),
  );
  const ids = (answer.Successful ?? []).flatMap(({ Id }) => batch[Number(Id)]?.id ?? []);
  const [failed] = answer.Failed ?? [];
  return { ids, refused: failed ? translate(namedError(failed), attempted) : null };
}

function entryFor({ id, subject, body, service, severity, deploymentId }: OutboxMessage, entryId: string) {
  const attributes = Object.entries({ id, service, severity, deploymentId });
  return {
    Id: entryId,
    Subject: subjectLine(subject),
    Message: cut(body, deploymentId),
    MessageAttributes: Object.fromEntries(
      attributes.map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
    ),
  };
}

/** SNS accepts only printable ASCII and at most 100 characters, and otherwise refuses the notice. */
function subjectLine(subject: string): string {
  const line = subject
    .replace(/\s+/g, ' ')
    .replace(/[^ -~]/gu, '?')
    .trim();
  if (line === '') return 'Slipway notice';
  return line.length <= SUBJECT_LENGTH_MAX ? line : `${line.slice(0, SUBJECT_LENGTH_MAX - 3)}...`;
}

function cut(text: string, deploymentId: string): string {
  if (utf8Bytes(text) <= TEXT_BYTES_MAX) return text;
  const end = `\n[cut; all of it: GET /deployments/${deploymentId}]`;
  const kept = Buffer.from(text, 'utf8').subarray(0, TEXT_BYTES_MAX - utf8Bytes(end));
  // A character that was cut in two becomes U+FFFD at the end.
  return kept.toString('utf8').replace(/\uFFFD+$/u, '') + end;
}

function namedError({ Code = 'Unknown', Message = 'no reason given', SenderFault }: BatchResultErrorEntry) {
  return Object.assign(new Error(Message), { name: Code, $metadata: { httpStatusCode: SenderFault ? 400 : 500 } });
}
