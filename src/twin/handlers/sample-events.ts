/**
 * Events in AWS's documented form, with invented values. The id, the time and the number differ from call to call, so
 * that a handler that remembers earlier events treats each one as new.
 */
import type { HttpSample, Sample } from '../../domain/service/event-source.ts';

/** The values that differ from call to call. */
export interface CallFacts {
  /** Counted from 1. */
  readonly number: number;
  readonly at: number;
}

const ACCOUNT = '000000000000';
const REGION = 'eu-central-1';
const arn = (service: string, resource: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;

export function sampleEvent(sample: Exclude<Sample, HttpSample>, facts: CallFacts): unknown {
  return SAMPLES[sample](facts);
}

const SAMPLES: Readonly<Record<Exclude<Sample, HttpSample>, (facts: CallFacts) => unknown>> = {
  sqs: (facts) => ({ Records: [sqsRecord(facts)] }),
  sns: (facts) => ({ Records: [snsRecord(facts)] }),
  s3: (facts) => ({ Records: [s3Record(facts)] }),
  eventbridge: (facts) =>
    busEvent(facts, { source: 'shop.orders', type: 'Order Placed', detail: order(facts), resources: [] }),
  schedule: (facts) =>
    busEvent(facts, {
      source: 'aws.events',
      type: 'Scheduled Event',
      detail: {},
      resources: [arn('events', 'rule/every-five-minutes')],
    }),
  dynamodb: (facts) => ({ Records: [dynamodbRecord(facts)] }),
  kinesis: (facts) => ({ Records: [kinesisRecord(facts)] }),
};

function order({ number }: CallFacts) {
  return { order: number, items: 1 + (number % 5) };
}

/** 32 hexadecimal digits, grouped like a UUID. */
export function idOf({ number, at }: CallFacts): string {
  const hex = at.toString(16).padStart(16, '0') + number.toString(16).padStart(16, '0');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function iso({ at }: CallFacts): string {
  return new Date(at).toISOString();
}

function sqsRecord(facts: CallFacts) {
  return {
    messageId: idOf(facts),
    receiptHandle: `handle-${facts.number}`,
    body: JSON.stringify(order(facts)),
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: String(facts.at),
      SenderId: ACCOUNT,
      ApproximateFirstReceiveTimestamp: String(facts.at + 1),
    },
    messageAttributes: {},
    md5OfBody: '0'.repeat(32),
    eventSource: 'aws:sqs',
    eventSourceARN: arn('sqs', 'orders'),
    awsRegion: REGION,
  };
}

function snsRecord(facts: CallFacts) {
  return {
    EventSource: 'aws:sns',
    EventVersion: '1.0',
    EventSubscriptionArn: arn('sns', `orders:${idOf(facts)}`),
    Sns: {
      Type: 'Notification',
      MessageId: idOf(facts),
      TopicArn: arn('sns', 'orders'),
      Subject: 'An order was placed',
      Message: JSON.stringify(order(facts)),
      Timestamp: iso(facts),
      SignatureVersion: '1',
      Signature: 'none',
      SigningCertUrl: `https://sns.${REGION}.amazonaws.com/certificate.pem`,
      UnsubscribeUrl: `https://sns.${REGION}.amazonaws.com/?Action=Unsubscribe`,
      MessageAttributes: {},
    },
  };
}

function s3Record(facts: CallFacts) {
  return {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: REGION,
    eventTime: iso(facts),
    eventName: 'ObjectCreated:Put',
    userIdentity: { principalId: `AWS:${ACCOUNT}` },
    requestParameters: { sourceIPAddress: '192.0.2.10' },
    responseElements: { 'x-amz-request-id': idOf(facts), 'x-amz-id-2': 'rehearsal' },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: 'on-upload',
      bucket: { name: 'shop-uploads', ownerIdentity: { principalId: ACCOUNT }, arn: 'arn:aws:s3:::shop-uploads' },
      object: {
        key: `orders/${facts.number}.json`,
        size: 42,
        eTag: '0'.repeat(32),
        sequencer: facts.number.toString(16).padStart(18, '0').toUpperCase(),
      },
    },
  };
}

interface BusFacts {
  readonly source: string;
  readonly type: string;
  readonly detail: unknown;
  readonly resources: readonly string[];
}

function busEvent(facts: CallFacts, { source, type, detail, resources }: BusFacts) {
  return {
    version: '0',
    id: idOf(facts),
    'detail-type': type,
    source,
    account: ACCOUNT,
    time: iso(facts).replace(/\.\d+Z$/, 'Z'),
    region: REGION,
    resources,
    detail,
  };
}

function dynamodbRecord(facts: CallFacts) {
  const keys = { id: { S: String(facts.number) } };
  return {
    eventID: idOf(facts).replaceAll('-', ''),
    eventName: 'INSERT',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: REGION,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(facts.at / 1_000),
      Keys: keys,
      NewImage: { ...keys, items: { N: String(order(facts).items) } },
      SequenceNumber: String(facts.number).padStart(21, '1'),
      SizeBytes: 26,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
    eventSourceARN: arn('dynamodb', 'table/orders/stream/2030-01-01T00:00:00.000'),
  };
}

function kinesisRecord(facts: CallFacts) {
  const sequenceNumber = String(facts.number).padStart(56, '4');
  return {
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey: String(facts.number),
      sequenceNumber,
      data: Buffer.from(JSON.stringify(order(facts))).toString('base64'),
      approximateArrivalTimestamp: facts.at / 1_000,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `shardId-000000000000:${sequenceNumber}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: `arn:aws:iam::${ACCOUNT}:role/rehearsal`,
    awsRegion: REGION,
    eventSourceARN: arn('kinesis', 'stream/orders'),
  };
}
