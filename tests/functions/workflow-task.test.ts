import * as z from 'zod/mini';
import type { Measurement } from '../../src/domain/deployment/measurement.ts';
import { SlipwayError } from '../../src/domain/errors.ts';
import { eventListener } from '../../src/functions/event-listener.ts';
import type { LogLine } from '../../src/functions/request-log.ts';
import { loggedHandler, workflowTask } from '../../src/functions/workflow-task.ts';

const Payload = z.object({ deploymentId: z.string(), toPercent: z.int() });
const shift = { deploymentId: 'd-1', toPercent: 10 };

function task(operation: (input: z.output<typeof Payload>) => Promise<unknown>) {
  const lines: LogLine[] = [];
  return {
    lines,
    handler: loggedHandler({ schema: Payload, operation, subject: 'task', log: (line) => lines.push(line) }),
  };
}

test('the operation gets the parsed payload, and its result is the result of the state', async () => {
  const { handler, lines } = task(async ({ toPercent }) => ({ atPercent: toPercent }));
  expect(await handler({ ...shift, extra: 1 })).toEqual({ atPercent: 10 });
  expect(lines).toEqual([expect.objectContaining({ level: 'info', deploymentId: 'd-1' })]);
});

test('a payload that cannot be read is InvalidRequest, by its pointer', async () => {
  const { handler } = task(async () => 'never');
  await expect(handler({ deploymentId: 'd-1', toPercent: 'ten' })).rejects.toMatchObject({
    name: 'InvalidRequest',
    message: expect.stringContaining('/toPercent'),
  });
});

test.each(['InvalidRequest', 'NotFound', 'Conflict', 'Transient', 'Broken'] as const)(
  '%s reaches the state machine under its own name, and the log once',
  async (name) => {
    const error = new SlipwayError(name, 'Why it failed.');
    const { handler, lines } = task(() => Promise.reject(error));
    await expect(handler(shift)).rejects.toBe(error);
    expect(lines).toEqual([
      expect.objectContaining({ level: 'error', deploymentId: 'd-1', error: expect.objectContaining({ name }) }),
    ]);
  },
);

test('an unknown error is Broken, with its cause', async () => {
  const cause = new TypeError('x is not a function');
  const { handler } = task(() => Promise.reject(cause));
  await expect(handler(shift)).rejects.toMatchObject({
    name: 'Broken',
    message: expect.stringContaining('x is not a function'),
    cause,
  });
});

/** Collects the log lines that the wrappers write. */
async function written(work: () => Promise<unknown>): Promise<Record<string, unknown>[]> {
  const lines: string[] = [];
  const streams = [process.stdout, process.stderr].map((stream) => ({ stream, write: stream.write }));
  for (const { stream } of streams) stream.write = ((text: string) => lines.push(text) > 0) as typeof stream.write;
  try {
    await work();
  } finally {
    for (const { stream, write } of streams) stream.write = write;
  }
  return lines.map((line) => JSON.parse(line));
}

const invocation = { awsRequestId: 'request-7', functionName: 'slipway-pre-prod-shiftTraffic' };

describe('the ids on every log line of a task or event', () => {
  test('log lines of a task have the deployment and the request, done or failed', async () => {
    const lines = await written(async () => {
      await workflowTask(Payload, async () => 'shifted')(shift, invocation);
      const failing = workflowTask(Payload, () => Promise.reject(new SlipwayError('Transient', 'Busy.')));
      await failing(shift, invocation).catch(() => {});
    });
    expect(lines.filter(({ _aws }) => _aws === undefined)).toEqual([
      expect.objectContaining({
        level: 'INFO',
        service: 'slipway',
        timestamp: expect.stringMatching(/^\d{4}-/),
        message: 'task done',
        deploymentId: 'd-1',
        requestId: 'request-7',
        durationMs: expect.any(Number),
        result: 'shifted',
      }),
      expect.objectContaining({
        level: 'ERROR',
        message: 'task failed',
        deploymentId: 'd-1',
        requestId: 'request-7',
        error: expect.objectContaining({ name: 'Transient', message: 'Busy.' }),
      }),
    ]);
  });

  test('log lines of an alarm have the event, the alarm, and the deployments that it concerned', async () => {
    const event = { id: 'event-1', detail: { alarmName: 'checkout-errors' } };
    const listener = (result: unknown) => eventListener(z.unknown(), async () => result);
    const lines = await written(async () => {
      await listener([{ deploymentId: 'd-1' }])(event, invocation);
      await listener([{ deploymentId: 'd-1' }, { deploymentId: 'd-2' }])(event, invocation);
      await listener([])(event, invocation);
    });
    const common = { message: 'event done', eventId: 'event-1', alarm: 'checkout-errors', requestId: 'request-7' };
    expect(lines).toEqual([
      expect.objectContaining({ ...common, deploymentId: 'd-1' }),
      expect.objectContaining({ ...common, deploymentIds: ['d-1', 'd-2'] }),
      expect.objectContaining(common),
    ]);
  });

  test('log lines of an ended execution have its ARN and its deployment, also when the handler failed', async () => {
    const executionArn = 'arn:aws:states:eu-west-1:1:execution:slipway-prod-rollout:d-1_5';
    const event = { id: 'event-1', detail: { name: 'd-1_5', executionArn } };
    const failing = eventListener(z.unknown(), () => Promise.reject(new Error('no')));
    const [line] = await written(() => failing(event, invocation).catch(() => {}));
    expect(line).toMatchObject({ level: 'ERROR', deploymentId: 'd-1', executionArn, requestId: 'request-7' });
  });

  test('no log line has the token that a task was given', async () => {
    const token = `AAAAKgAAAAIAAAAA${'Zm9vYmFy'.repeat(40)}`;
    const failing = workflowTask(Payload, () =>
      Promise.reject(new SlipwayError('Broken', `Could not answer ${token}.`, { cause: new Error(`Bearer ${token}`) })),
    );
    const lines = await written(async () => {
      await workflowTask(Payload, async () => ({ token }))({ ...shift, token }, invocation);
      await failing({ ...shift, token }, invocation).catch(() => {});
    });
    expect(lines.filter(({ _aws }) => _aws === undefined)).toHaveLength(2);
    expect(JSON.stringify(lines)).not.toContain(token.slice(0, 100));
  });
});

describe('the measurement of a task as a stage of a rollout', () => {
  const measured = async (operation: () => Promise<unknown>, whose?: typeof invocation) => {
    const records: Measurement[] = [];
    const measures = { record: (some: readonly Measurement[]) => void records.push(...some) };
    const handler = loggedHandler({ schema: Payload, operation, subject: 'task', measures, log: () => {} });
    await handler(shift, whose).catch(() => {});
    return records;
  };

  test('a task is measured under the name of its state, with its duration', async () => {
    expect(await measured(async () => 1, invocation)).toEqual([
      {
        name: 'RolloutStageDuration',
        value: expect.any(Number),
        unit: 'Milliseconds',
        dimensions: { Step: 'ShiftTraffic' },
      },
    ]);
  });

  test('a task is not measured when it failed, or when it does not run on Lambda', async () => {
    expect(await measured(() => Promise.reject(new Error('no')), invocation)).toEqual([]);
    expect(await measured(async () => 1)).toEqual([]);
  });
});

test('an event that is not the declared one is refused', async () => {
  const listener = loggedHandler({
    schema: z.object({ id: z.string() }),
    operation: async () => 1,
    subject: 'event',
    log: () => {},
  });
  await expect(listener('nonsense')).rejects.toMatchObject({ name: 'InvalidRequest' });
});
