import { SlipwayError } from '../../src/domain/errors.ts';
import { MigrateDatabaseInput, migrateDatabase } from '../../src/operations/nets/migrate-database.ts';
import type { StackAnswer } from '../../src/ports/stack-answers.ts';

const url = 'https://cloudformation-custom-resource-response-euwest1.s3-eu-west-1.amazonaws.com/x';
const arn = 'arn:aws:iam::111122223333:role/a';
const order = (RequestType: MigrateDatabaseInput['RequestType']): MigrateDatabaseInput => ({
  RequestType,
  ResponseURL: url,
  StackId: 'stack-1',
  RequestId: 'request-1',
  LogicalResourceId: 'LedgerMigrations',
  ResourceProperties: { RoleArns: [arn] },
});

/** A deployment of the stack during which no time passes. */
function aDeployment(prepare: () => Promise<void>) {
  const answered: { url: string; answer: StackAnswer }[] = [];
  const prepared: (readonly string[])[] = [];
  const ports = {
    tables: {
      prepare: (roleArns: readonly string[]) => {
        prepared.push(roleArns);
        return prepare();
      },
    },
    answers: { send: async (to: string, answer: StackAnswer) => void answered.push({ url: to, answer }) },
    pause: { sleep: () => new Promise<void>(() => {}) },
  };
  return { ports, answered, prepared };
}

test.each(['Create', 'Update'] as const)(
  '%s creates the tables, grants the roles access, and reports that it is done',
  async (type) => {
    const { ports, answered, prepared } = aDeployment(async () => {});
    await migrateDatabase(ports, order(type));
    expect(prepared).toEqual([[arn]]);
    expect(answered).toEqual([
      {
        url,
        answer: {
          Status: 'SUCCESS',
          Reason: expect.any(String),
          PhysicalResourceId: 'slipway-ledger',
          StackId: 'stack-1',
          RequestId: 'request-1',
          LogicalResourceId: 'LedgerMigrations',
        },
      },
    ]);
  },
);

test('a removal of the stack touches no data', async () => {
  const { ports, answered, prepared } = aDeployment(async () => {});
  await migrateDatabase(ports, order('Delete'));
  expect([prepared, answered.map(({ answer }) => answer.Status)]).toEqual([[], ['SUCCESS']]);
});

test('an error reaches the person who deploys, within the length that CloudFormation accepts', async () => {
  const { ports, answered } = aDeployment(async () => {
    throw new SlipwayError('Broken', `Could not run migration 0002: ${'x'.repeat(5_000)}`);
  });
  expect(await migrateDatabase(ports, order('Update'))).toMatchObject({ status: 'FAILED' });
  expect(answered[0]?.answer).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringMatching(/^Could not run migration/),
  });
  expect(answered[0]?.answer.Reason).toHaveLength(1_000);
});

test("migrations that do not end are stopped before the function's own timeout", async () => {
  const { ports, answered } = aDeployment(() => new Promise(() => {}));
  let waitedMs = 0;
  const pause = {
    sleep: async (ms: number) => {
      waitedMs += ms;
    },
  };
  await migrateDatabase({ ...ports, pause }, order('Update'));
  expect(waitedMs).toBe(270_000);
  expect(answered[0]?.answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('deploy again') });
});

test('an answer that could not be sent fails the function, so that Lambda tries again from the start', async () => {
  const { ports } = aDeployment(async () => {});
  const lost = {
    send: async () => {
      throw new SlipwayError('Transient', 'no way out');
    },
  };
  await expect(migrateDatabase({ ...ports, answers: lost }, order('Create'))).rejects.toMatchObject({
    name: 'Transient',
  });
});

test.each([
  [{ ...order('Create'), RequestType: 'Drop' }],
  [{ ...order('Create'), ResourceProperties: {} }],
  [{ ...order('Create'), ResourceProperties: { RoleArns: 'all' } }],
  [{ RequestType: 'Create' }],
  [null],
])('%j is refused, because it is no order of CloudFormation', (payload) => {
  expect(MigrateDatabaseInput.safeParse(payload).success).toBe(false);
});
