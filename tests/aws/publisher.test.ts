import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PublishBatchCommand, SNSClient } from '@aws-sdk/client-sns';
import { mockClient } from 'aws-sdk-client-mock';
import { eventbridgeEvents } from '../../src/aws/eventbridge-events.ts';
import { channelPublisher } from '../../src/aws/publisher.ts';
import { snsNotices } from '../../src/aws/sns-notices.ts';
import type { OutboxMessage } from '../../src/domain/deployment/timeline.ts';
import { sdkError } from './sdk-error.ts';

const eventbridge = mockClient(EventBridgeClient);
const sns = mockClient(SNSClient);
afterAll(() => {
  eventbridge.restore();
  sns.restore();
});
const topic = 'arn:aws:sns:eu-west-1:111122223333:slipway-dev';
const events = eventbridgeEvents(new EventBridgeClient({ region: 'eu-west-1' }), 'slipway-dev');
const notices = snsNotices(new SNSClient({ region: 'eu-west-1' }), topic);
const pages = snsNotices(new SNSClient({ region: 'eu-west-1' }), `${topic}-incidents`);
const publisher = channelPublisher({ event: events, deployments: notices, incidents: pages });

const at = Date.UTC(2026, 0, 1);
function message(id: string, change: Partial<OutboxMessage> = {}): OutboxMessage {
  const subject = 'Slipway Deployment Changed';
  return {
    id,
    channel: 'event',
    service: 'checkout',
    deploymentId: 'dep-1',
    severity: 'info',
    at,
    subject,
    body: '{}',
    ...change,
  };
}
const many = (count: number, change: Partial<OutboxMessage> = {}) =>
  Array.from({ length: count }, (_, index) => message(`m${index}`, change));
const entriesPut = () => eventbridge.commandCalls(PutEventsCommand).map(({ args: [{ input }] }) => input.Entries ?? []);
const entriesSent = () =>
  sns.commandCalls(PublishBatchCommand).map(({ args: [{ input }] }) => input.PublishBatchRequestEntries ?? []);

beforeEach(() => {
  eventbridge.reset();
  sns.reset();
  eventbridge
    .on(PutEventsCommand)
    .callsFake(({ Entries }) => ({ FailedEntryCount: 0, Entries: Entries.map(() => ({ EventId: 'e' })) }));
  sns.on(PublishBatchCommand).callsFake(({ PublishBatchRequestEntries }) => ({
    Successful: PublishBatchRequestEntries.map(({ Id }: { Id: string }) => ({ Id })),
  }));
});

describe('events to EventBridge', () => {
  test('an event goes to the bus from slipway, with its subject as detail-type and the time it happened', async () => {
    expect(await events.publish([message('m1', { body: '{"schema":1}' })])).toEqual(['m1']);
    expect(entriesPut()).toEqual([
      [
        {
          EventBusName: 'slipway-dev',
          Source: 'slipway',
          DetailType: 'Slipway Deployment Changed',
          Time: new Date(at),
          Detail: '{"schema":1}',
        },
      ],
    ]);
  });

  test('events are sent ten per call', async () => {
    expect(await events.publish(many(23))).toHaveLength(23);
    expect(entriesPut().map(({ length }) => length)).toEqual([10, 10, 3]);
  });

  test('a call never holds more than 256 KB', async () => {
    await events.publish(many(5, { body: JSON.stringify({ because: 'x'.repeat(100_000) }) }));
    expect(entriesPut().map(({ length }) => length)).toEqual([2, 2, 1]);
  });

  test('an event that is too large is sent without its detail, and says so', async () => {
    expect(await events.publish([message('m1', { body: JSON.stringify({ because: 'é'.repeat(140_000) }) })])).toEqual([
      'm1',
    ]);
    expect(JSON.parse(entriesPut()[0]?.[0]?.Detail ?? '')).toEqual({
      schema: 1,
      service: 'checkout',
      deployment: { id: 'dep-1' },
      truncated: { because: expect.stringMatching(/280014 bytes.*GET \/deployments\/dep-1/) },
    });
  });

  test('after a call that failed in part, the ids of the published events are returned', async () => {
    const failed = { ErrorCode: 'InternalFailure', ErrorMessage: 'try again' };
    eventbridge
      .on(PutEventsCommand)
      .resolves({ FailedEntryCount: 1, Entries: [{ EventId: 'e1' }, failed, { EventId: 'e3' }] });
    expect(await events.publish(many(3))).toEqual(['m0', 'm2']);
  });

  test('when no event was published, the reason is thrown', async () => {
    const failed = { ErrorCode: 'ThrottlingException', ErrorMessage: 'slow down' };
    eventbridge.on(PutEventsCommand).resolvesOnce({ FailedEntryCount: 1, Entries: [failed] });
    await expect(events.publish(many(1))).rejects.toMatchObject({
      name: 'Transient',
      message: expect.stringContaining('slow down'),
    });
    eventbridge.on(PutEventsCommand).rejects(sdkError('AccessDeniedException'));
    await expect(events.publish(many(1))).rejects.toMatchObject({
      name: 'Broken',
      message: expect.stringContaining('events:PutEvents'),
    });
  });

  test('a throttle in the middle keeps what was published and leaves the rest for later', async () => {
    eventbridge
      .on(PutEventsCommand)
      .resolvesOnce({ Entries: Array.from({ length: 10 }, () => ({ EventId: 'e' })) })
      .rejects(sdkError('ThrottlingException'));
    expect(await events.publish(many(30))).toHaveLength(10);
    expect(entriesPut()).toHaveLength(2);
  });

  test('an empty list is published without a call', async () => {
    expect(await events.publish([])).toEqual([]);
    expect(entriesPut()).toEqual([]);
  });
});

describe('notices to SNS', () => {
  const notice = {
    channel: 'notice',
    severity: 'page',
    subject: '[page] checkout: roll back failed',
    body: 'Look.',
  } as const;

  test('a notice carries the attributes by which subscribers filter', async () => {
    expect(await notices.publish([message('m1', notice)])).toEqual(['m1']);
    const text = (StringValue: string) => ({ DataType: 'String', StringValue });
    expect(sns.commandCalls(PublishBatchCommand)[0]?.args[0].input).toEqual({
      TopicArn: topic,
      PublishBatchRequestEntries: [
        {
          Id: '0',
          Subject: '[page] checkout: roll back failed',
          Message: 'Look.',
          MessageAttributes: {
            id: text('m1'),
            service: text('checkout'),
            severity: text('page'),
            deploymentId: text('dep-1'),
          },
        },
      ],
    });
  });

  test.each([
    ['line\nbreak\r\n\tand  space', 'line break and space'],
    ['naïve — ✓', 'na?ve ? ?'],
    ['x'.repeat(101), `${'x'.repeat(97)}...`],
    ['x'.repeat(100), 'x'.repeat(100)],
    [' \n ', 'Slipway notice'],
  ])('the subject %j becomes a subject that SNS accepts', async (subject, expected) => {
    await notices.publish([message('m1', { ...notice, subject })]);
    expect(entriesSent()[0]?.[0]?.Subject).toBe(expected);
  });

  test('a text that is too long is cut between characters and says where the whole text is', async () => {
    await notices.publish([message('m1', { ...notice, body: 'é'.repeat(20_000) })]);
    const text = entriesSent()[0]?.[0]?.Message ?? '';
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(24 * 1_024);
    expect(text).toMatch(/^é+\n\[cut; all of it: GET \/deployments\/dep-1\]$/);
  });

  test('notices are sent ten per call, and fewer when they are long', async () => {
    await notices.publish(many(12, notice));
    await notices.publish(many(12, { ...notice, body: 'x'.repeat(30_000) }));
    expect(entriesSent().map(({ length }) => length)).toEqual([10, 2, 10, 2]);
  });

  test('after a call that failed in part, the ids of the published notices are returned', async () => {
    const failed = { Id: '0', Code: 'InternalError', Message: 'try again', SenderFault: false };
    sns
      .on(PublishBatchCommand)
      .resolves({ Successful: [{ Id: '1', MessageId: 'x', SequenceNumber: '1' }], Failed: [failed] });
    expect(await notices.publish(many(2, notice))).toEqual(['m1']);
  });

  test.each([
    [false, 'InternalError', 'Transient'],
    [true, 'InvalidParameter', 'InvalidRequest'],
  ])(
    'when no notice was published (sender fault: %s, %s) the reason is thrown as %s',
    async (SenderFault, Code, expected) => {
      sns.on(PublishBatchCommand).resolves({ Failed: [{ Id: '0', Code, Message: 'no', SenderFault }] });
      await expect(notices.publish(many(1, notice))).rejects.toMatchObject({ name: expected });
    },
  );

  test('a missing topic is NotFound', async () => {
    sns.on(PublishBatchCommand).rejects(sdkError('NotFoundException', { status: 404 }));
    await expect(notices.publish(many(1, notice))).rejects.toMatchObject({ name: 'NotFound' });
  });
});

describe('all channels together', () => {
  const both = [message('m1'), message('m2', { channel: 'notice' })];

  test.each([
    ['info', topic],
    ['warning', topic],
    ['page', `${topic}-incidents`],
  ] as const)('a notice of severity %s goes to %s', async (severity, expected) => {
    await publisher.publish([message('m1', { channel: 'notice', severity })]);
    expect(sns.commandCalls(PublishBatchCommand).map(({ args: [{ input }] }) => input.TopicArn)).toEqual([expected]);
  });

  test('a topic that is down does not delay the other topic', async () => {
    sns.on(PublishBatchCommand, { TopicArn: topic }).rejects(sdkError('ServiceUnavailable', { status: 503 }));
    const page = message('m3', { channel: 'notice', severity: 'page' });
    expect(await publisher.publish([message('m2', { channel: 'notice' }), page])).toEqual(['m3']);
  });

  test('each message goes by its own channel', async () => {
    expect(await publisher.publish(both)).toEqual(['m1', 'm2']);
    expect([entriesPut().flat().length, entriesSent().flat().length]).toEqual([1, 1]);
  });

  test('a channel that is down does not delay the other channel', async () => {
    eventbridge.on(PutEventsCommand).rejects(sdkError('ServiceUnavailable', { status: 503 }));
    expect(await publisher.publish(both)).toEqual(['m2']);
  });

  test('when no message was published, the reason is thrown', async () => {
    eventbridge.on(PutEventsCommand).rejects(sdkError('ServiceUnavailable', { status: 503 }));
    await expect(publisher.publish([message('m1')])).rejects.toMatchObject({ name: 'Transient' });
  });
});
