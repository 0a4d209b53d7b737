import { adapterInputs } from './adapter-tests.ts';
import { commandsMade, type SdkInput } from './observed-commands.ts';
import {
  clusterQuestion,
  DRIVEN_SENDERS,
  databaseTokens,
  objectQuestion,
  secretInput,
  secretRequest,
  stackAnswerInputs,
} from './own-senders.ts';
import { askPython } from './python.ts';
import { ownSenders, productSources, type SdkPlace, sdkPlaces, unseenWays } from './sdk-places.ts';
import { hasSeen } from './seen.ts';
import { inputProblems } from './service-models.ts';

// Loaded after the module that observes the commands, because the clients make their classes when they are loaded.
const edges = await import('./aws-edges.ts');
const { driveAdoption } = await import('./adoption-edges.ts');
const { measuredInputs } = await import('./measured-inputs.ts');

const CREDENTIALS = ['AKIDEXAMPLE', 'not/a+secret', 'session/+=token'] as const;
const SECRET_ARN = `arn:aws:secretsmanager:eu-west-1:123456789012:secret:${'s'.repeat(512)}-AbCdEf`;
const WINDOW = { StartTime: new Date(0), EndTime: new Date(60_000) };
const TRANSITION = { pipelineName: 'p', stageName: 'Deploy', transitionType: 'Inbound' };
const HOSTNAME = 'abcdefghijklmnopqrstuvwxyz.dsql.eu-west-1.on.aws';
const [AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN] = CREDENTIALS;
Object.assign(process.env, { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN });

const sources = productSources();
const places = sdkPlaces(sources);
const fromTests = await adapterInputs();
for (const drive of Object.values(edges).filter((one) => one.name.startsWith('drive'))) await drive();
await driveAdoption();
const fromEdges = [...commandsMade(), ...(await stackAnswerInputs()), ...measuredInputs()];
const secret = await secretRequest(SECRET_ARN);
// Commands that only a test made do not count for the product.
const cluster = await clusterQuestion();
const object = await objectQuestion();
const sent = [...fromTests, ...fromEdges, secretInput(secret), cluster.asked, object.asked].filter(
  ({ madeAt }) => madeAt !== null,
);

afterAll(() => {
  const operations = new Set(sent.map(({ service, operation }) => `${service}:${operation}`));
  hasSeen('service models', {
    inputs: sent.length,
    operations: operations.size,
    places: places.length,
  });
});

test('every input that the product sends fits the service model of its operation, and the documented limits', async () => {
  expect(await inputProblems(sent)).toEqual([]);
});

test('the tests have observed every place of the product that makes a command', () => {
  expect(places.length).toBeGreaterThan(20);
  expect(placesUnseen(places, fromTests)).toEqual([]);
  expect(placesUnseen(places, fromEdges)).toEqual([]);
});

test('the product reaches AWS only by commands, and by senders that are driven here', () => {
  expect(unseenWays(sources)).toEqual([]);
  expect(ownSenders(sources)).toEqual(DRIVEN_SENDERS);
});

test("the product's own signatures equal those that botocore makes", async () => {
  const { headers, body } = secret;
  const tokens = await databaseTokens(HOSTNAME);
  const order = {
    credentials: CREDENTIALS,
    hostname: HOSTNAME,
    region: 'eu-west-1',
    tokens,
    cluster: { name: 'c'.repeat(100), token: cluster.token },
    request: { headers, body },
    object: { method: object.method, path: object.path, headers: object.headers },
  };
  const theirs = await askPython<Signed>('signatures.py', order);
  expect(queryOf(tokens.role)).toEqual(queryOf(theirs.tokens.role));
  expect(queryOf(tokens.admin)).toEqual(queryOf(theirs.tokens.admin));
  expect(headers.authorization).toBe(theirs.authorization);
  expect(object.headers.authorization).toBe(theirs.object);
  const address = (token: string) => Buffer.from(token.replace('k8s-aws-v1.', ''), 'base64url').toString('utf8');
  expect(queryOf(address(cluster.token))).toEqual(queryOf(theirs.cluster));
});

interface Signed {
  readonly tokens: { readonly admin: string; readonly role: string };
  readonly authorization: string;
  readonly object: string;
  readonly cluster: string;
}

test('the service models find each planted fault', async () => {
  const planted: [string, unknown, string][] = [
    ['lambda.UpdateAlias', { FunctionName: 'f', Name: '7', Description: 'x'.repeat(257) }, 'does not match'],
    ['lambda.UpdateAlias', { FunctionName: 'f', Name: 'x'.repeat(129) }, 'the length 129 is above 128'],
    ['lambda.UpdateAlias', { FunctionName: 'f' }, 'Missing required parameter in input: "Name"'],
    ['lambda.Invoke', { FunctionName: 'f', InvocationType: 'Later' }, "'Later' is none of Event"],
    ['lambda.Invoke', { FunctionName: 'f', Paylod: '' }, 'Unknown parameter in input: "Paylod"'],
    ['sfn.StartExecution', { stateMachineArn: 'arn', name: 'a b' }, 'an execution cannot be called a b'],
    ['cloudwatch.DescribeAlarms', { AlarmNames: Array(101).fill('a') }, 'the length 101 is above 100'],
    ['cloudwatch.DescribeAlarms', { AlarmNames: [] }, 'which asks for every alarm there is'],
    ['cloudwatch.GetMetricData', { ...WINDOW, MetricDataQueries: Array(501).fill({ Id: 'a' }) }, '501 queries'],
    ['eventbridge.PutEvents', { Entries: [{ Source: 's', DetailType: 'd', Detail: '"x"' }] }, 'no JSON object'],
    [
      'sns.PublishBatch',
      { TopicArn: 't', PublishBatchRequestEntries: [{ Id: '0', Message: 'm', Subject: 'Ü' }] },
      'ASCII',
    ],
    ['codepipeline.DisableStageTransition', { ...TRANSITION, reason: '50 %' }, 'does not match'],
    ['kms.Sign', { KeyId: 'k', SigningAlgorithm: 'ECDSA_SHA_256', Message: Buffer.alloc(4_097) }, 'is above 4096'],
    ['secretsmanager.GetSecretValue', { SecretId: '\ud800' }, 'half a character'],
    ['secretsmanager.GetSecrets', {}, 'has no operation GetSecrets'],
  ];
  const problems = await inputProblems(
    planted.map(([what, input], index) => {
      const [service = '', operation = ''] = what.split('.');
      return { service, operation, input, madeAt: `planted ${index}` };
    }),
  );
  for (const [index, [, , problem]] of planted.entries()) {
    expect(problems.filter((one) => one.startsWith(`planted ${index}:`)).join()).toContain(problem);
  }
});

test('an unobserved place that sends, and a way to AWS that cannot be observed, are reported', () => {
  const path = 'src/aws/planted.ts';
  const text = `import { Lambda, DeleteAliasCommand as Drop } from '@aws-sdk/client-lambda';
    export const drop = (lambda) => lambda.send(new Drop({ FunctionName: 'f', Name: 'live' }));`;
  expect(placesUnseen(sdkPlaces([{ path, text }]), sent)).toEqual([
    'src/aws/planted.ts:2 makes DeleteAlias, which was never seen.',
  ]);
  expect(unseenWays([{ path, text }])).toEqual([expect.stringContaining('src/aws/planted.ts reaches AWS by Lambda.')]);
  expect(ownSenders([{ path, text: "import { exchange } from './exchange.ts';" }])).toEqual([path]);
});

function queryOf(token: string) {
  const url = new URL(`https://${token}`);
  return { host: url.host, query: Object.fromEntries(url.searchParams) };
}

function placesUnseen(all: readonly SdkPlace[], inputs: readonly SdkInput[]): string[] {
  return all
    .filter(
      ({ operation, path, firstLine, lastLine }) =>
        !inputs.some(({ operation: made, madeAt }) => {
          const [file, line = 0] = (madeAt ?? '').split(':');
          return made === operation && file === path && Number(line) >= firstLine && Number(line) <= lastLine;
        }),
    )
    .map(({ operation, path, firstLine }) => `${path}:${firstLine} makes ${operation}, which was never seen.`);
}
