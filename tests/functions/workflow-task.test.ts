import * as z from 'zod/mini';
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

test('an error of nobody is Broken, with its cause', async () => {
  const cause = new TypeError('x is not a function');
  const { handler } = task(() => Promise.reject(cause));
  await expect(handler(shift)).rejects.toMatchObject({
    name: 'Broken',
    message: expect.stringContaining('x is not a function'),
    cause,
  });
});

test('the wrappers of tasks and of events write their line to standard output', async () => {
  const written: string[] = [];
  const write = process.stdout.write;
  process.stdout.write = ((text: string) => written.push(text) > 0) as typeof write;
  try {
    await workflowTask(Payload, async () => 'shifted')(shift);
    await eventListener(z.object({ id: z.string() }), async ({ id }) => id)({ id: 'event-1' });
  } finally {
    process.stdout.write = write;
  }
  expect(written.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({ message: 'task done', deploymentId: 'd-1', result: 'shifted' }),
    expect.objectContaining({ message: 'event done', eventId: 'event-1' }),
  ]);
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
