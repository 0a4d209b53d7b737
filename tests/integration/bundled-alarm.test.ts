import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { NOON, sampleDeployment, sampleEntry, sampleSpec } from '../contracts/store-samples.ts';
import { portsOf } from '../contracts/store-sql.ts';
import { bundled } from '../repo/bundled.ts';
import { type OwnSchema, ownSchema } from './own-schema.ts';

/**
 * The function that rolls back, as it is deployed: in its own process, on a real database and with a stand-in for AWS.
 */
const folder = mkdtempSync(join(tmpdir(), 'slipway-alarm-'));
let schema: OwnSchema;
beforeAll(async () => {
  schema = await ownSchema();
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await schema.drop();
});

const event = {
  id: 'event-1',
  time: new Date(NOON + 60_000).toISOString(),
  detail: {
    alarmName: 'checkout-errors',
    state: { value: 'ALARM', reason: 'Threshold Crossed', timestamp: new Date(NOON + 60_000).toISOString() },
  },
};
const TOKEN = `AAAAKgAAAAIAAAAA${'Zm9vYmFy'.repeat(40)}`;

test('an alarm moves the alias first, then answers the token, then writes a line and a metric without secrets', async () => {
  const { services, deployments } = portsOf(schema.open(), { now: () => NOON });
  const spec = sampleSpec('checkout', { alarms: ['checkout-errors'] });
  await services.write({ spec, by: 'ada', at: NOON });
  await deployments.open({
    deployment: sampleDeployment('d-1', { spec }),
    entries: [sampleEntry('DeploymentOpened')],
  });
  await deployments.record('d-1', ({ deployment }) => ({
    deployment: { ...deployment, atPercent: 10, stable: '41', canary: '42', liveRevision: 'r1', status: 'rollingOut' },
    entries: [],
    wait: { token: TOKEN },
  }));
  const aws = await startAws();
  const { stdout, stderr } = await runFunction(aws.url);
  aws.close();

  expect(stderr).toBe('');
  expect(aws.heard).toEqual(['PUT /2015-03-31/functions/checkout/aliases/live', 'AWSStepFunctions.SendTaskSuccess']);
  const { deployment } = await deployments.read('d-1');
  expect(deployment).toMatchObject({ atPercent: 0, liveRevision: 'r2', signal: { kind: 'rollBack' } });

  const [metric, line] = stdout
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text));
  expect(metric).toMatchObject({
    Stage: 'prod',
    Service: 'checkout',
    _aws: { CloudWatchMetrics: [{ Metrics: [{ Name: 'TimeToWeightZero', StorageResolution: 1 }] }] },
  });
  expect(line).toMatchObject({ level: 'INFO', eventId: 'event-1', deploymentId: 'd-1', requestId: 'request-7' });
  expect(stdout).not.toContain(TOKEN);
});

async function runFunction(url: string) {
  const outfile = join(folder, 'remediate-alarm.mjs');
  const contents = `
    import { handler } from './src/functions/events/remediate-alarm.ts';
    await handler(${JSON.stringify(event)}, { awsRequestId: 'request-7', functionName: 'slipway-prod-remediateAlarm' });
    process.exit(0);`;
  await bundled({ outfile, contents });
  const machine = (name: string) => `arn:aws:states:eu-west-1:1:stateMachine:slipway-prod-${name}`;
  const env = {
    STAGE: 'prod',
    DATABASE_URL: schema.url,
    ROLLOUT_MACHINE_ARN: machine('rollout'),
    ROLLBACK_MACHINE_ARN: machine('rollback'),
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 's',
  };
  return promisify(execFile)(process.execPath, [outfile], { env });
}

async function startAws() {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    const target = request.headers['x-amz-target'];
    heard.push(typeof target === 'string' ? target : `${request.method} ${request.url}`);
    const alias = { Name: 'live', FunctionVersion: '41', RevisionId: 'r2' };
    request.resume().on('end', () => response.writeHead(200).end(JSON.stringify(target === undefined ? alias : {})));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, heard, close: () => void server.close() };
}
