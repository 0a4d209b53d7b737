/**
 * Drives every adapter to the limits of what the product accepts: the longest names, other scripts, and more than fits
 * into one call.
 */
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { readServiceSpec } from '../../src/api/spec/service-spec.ts';
import { cloudwatchAlarms } from '../../src/aws/cloudwatch-alarms.ts';
import { cloudwatchMetrics } from '../../src/aws/cloudwatch-metrics.ts';
import { codepipelineDeliveries } from '../../src/aws/codepipeline-deliveries.ts';
import { codepipelinePipelines } from '../../src/aws/codepipeline-pipelines.ts';
import { eventbridgeEvents } from '../../src/aws/eventbridge-events.ts';
import { kmsTokenKey } from '../../src/aws/kms-token-key.ts';
import { lambdaCallers } from '../../src/aws/lambda-callers.ts';
import { lambdaHooks } from '../../src/aws/lambda-hooks.ts';
import { lambdaOwners } from '../../src/aws/lambda-owners.ts';
import { lambdaTraffic } from '../../src/aws/lambda-traffic.ts';
import { lambdaVersions } from '../../src/aws/lambda-versions.ts';
import { snsNotices } from '../../src/aws/sns-notices.ts';
import { stepFunctionsReachable, stepFunctionsWorkflows } from '../../src/aws/step-functions-workflows.ts';
import type { OutboxMessage } from '../../src/domain/deployment/timeline.ts';
import type { LambdaTarget, Target } from '../../src/domain/service/service-spec.ts';
import type { MetricsQuery } from '../../src/ports/metrics.ts';
import { mintToken } from '../../src/tokens/minted-tokens.ts';
import { answering, failing } from './answering-client.ts';

const region = 'eu-west-1';
const SCRIPTS = ['x', 'ü', '語', '🚀', '"', '\n', '%'];
const MACHINE = `arn:aws-us-gov:states:us-gov-west-1:123456789012:stateMachine:${'m'.repeat(80)}`;
const machines = { rollout: MACHINE, rollback: `${MACHINE}:LIVE` };
const EPOCH = Date.UTC(2030, 0, 1);
/** The id has the form that src/system.ts gives to ids. */
const DEPLOYMENT = `dep-${'0'.repeat(29)}`;

/** Repeats the text as often as it fits into a length, and at least once. */
function long(text: string, length: number): string {
  return text.repeat(Math.max(1, Math.floor(length / text.length)));
}

/** The targets that a spec may name, each with its longest names. */
export function longestTargets(): readonly Target[] {
  const kubernetes = {
    kind: 'kubernetes',
    cluster: 'C'.repeat(100),
    namespace: 'n'.repeat(63),
    workload: 'w'.repeat(50),
  };
  const rendered = { ...kubernetes, manifests: { port: 8_080 } };
  const group = (name: string) => `targetgroup/${name.repeat(32)}/0123456789abcdef`;
  const balanced = {
    kind: 'targetGroups',
    loadBalancer: `app/${'b'.repeat(32)}/0123456789abcdef`,
    stable: group('s'),
    canary: group('c'),
  };
  return [
    longestLambda(),
    targetIn({ ...rendered, route: { kind: 'httpRoute', name: 'r' } }),
    targetIn({ ...rendered, route: { kind: 'albIngress', name: 'r' }, metricsFrom: balanced }),
  ];
}

/** The longest alias that the spec accepts. */
export function longestLambda(): LambdaTarget {
  const accepted = Array.from({ length: 128 }, (_, index) => 128 - index)
    .map((length) => ({ kind: 'lambda', function: 'f'.repeat(64), alias: 'a'.repeat(length) }) as const)
    .find((target) => readServiceSpec({ name: 's', target }).ok);
  if (accepted === undefined) throw new Error('The spec accepts no alias.');
  return accepted;
}

function targetIn(target: object): Target {
  const read = readServiceSpec({ name: 's', target });
  if (!read.ok) throw new Error(`The spec refuses ${JSON.stringify(read.errors)}.`);
  return read.spec.target;
}

export async function driveLambda(): Promise<void> {
  const target = longestLambda();
  const versions = ['1', '9'.repeat(20)] as const;
  const order = { target, stable: versions[0], canary: versions[1], revision: 'r' };
  const alias = { FunctionVersion: '1', RevisionId: 'r' };
  const traffic = lambdaTraffic(answering(new LambdaClient({ region }), alias));
  await traffic.read(target);
  for (const canaryPercent of [0, 0.01, 1, 7, 99.99, 100]) await traffic.setSplit({ ...order, canaryPercent });
  await traffic.takeBack(order);
  await traffic.listSplits(target.function);
  await traffic.pin(target, versions[1]);
  const unpinned = answering(new LambdaClient({ region }), alias, {
    UpdateAlias: failing('ResourceNotFoundException'),
  });
  await lambdaTraffic(unpinned).pin(target, versions[1]);

  const machineArn = 'arn:aws-us-gov:states:us-gov-west-1:123456789012:stateMachine:slipway-dev-rollout';
  await lambdaOwners(answering(new LambdaClient({ region }), { Tags: {} }), { machineArn }).read(target);

  await driveCallers(target);

  const hooks = lambdaHooks(answering(new LambdaClient({ region }), {}));
  const asked = {
    deploymentId: DEPLOYMENT,
    service: 's'.repeat(63),
    phase: 'afterTraffic',
    stable: '1',
    canary: '2',
  } as const;
  await hooks.run({ function: `${'f'.repeat(64)}:${'a'.repeat(128)}` }, asked);

  const updated = { LastUpdateStatus: 'Successful', CodeSha256: 'x', Version: '2' };
  const published = lambdaVersions(answering(new LambdaClient({ region }), updated));
  await published.describe(target, versions[1]);
  // Lambda refuses a key with a line break, although S3 accepts it.
  for (const key of SCRIPTS.filter((text) => text !== '\n').map((text) => long(text, 1_000))) {
    const s3 = { bucket: 'b'.repeat(63), key, objectVersion: long('v', 1_024) };
    await published.publish({ target, artifact: { s3 }, deploymentId: DEPLOYMENT });
  }
  await published.publish({ target, artifact: { image: long('i', 2_000) }, deploymentId: DEPLOYMENT });
}

/** Every name by which the function got calls: the function itself, its alias, another alias and a version. */
async function driveCallers({ function: name, alias }: LambdaTarget): Promise<void> {
  const at = { Timestamps: [new Date(EPOCH)], Values: [1] };
  const named = [alias, 'b'.repeat(alias.length), '9'.repeat(20)].map((called) => ({
    Id: 'named',
    Label: `${name}:${called}`,
    ...at,
  }));
  const cloudwatch = answering(new CloudWatchClient({ region }), {
    MetricDataResults: [{ Id: 'total', ...at }, ...named],
  });
  const lambda = answering(new LambdaClient({ region }), {});
  const clock = { now: () => EPOCH + 3_600_000 };
  await lambdaCallers(lambda, { cloudwatch, clock }).read({ kind: 'lambda', function: name, alias });
}

export async function driveCloudWatch(): Promise<void> {
  const names = SCRIPTS.flatMap((text) => [long(text, 1), long(text, 255)]);
  const many = Array.from({ length: 250 }, (_, index) => `${index}`);
  const alarms = cloudwatchAlarms(answering(new CloudWatchClient({ region }), {}));
  await alarms.read([...names, ...many]);
  await alarms.read([]);

  const requests = (input: { MetricDataQueries?: { Id?: string }[] }) => ({
    MetricDataResults: input.MetricDataQueries?.map(({ Id }) => ({ Id, Timestamps: [new Date(EPOCH)], Values: [1] })),
  });
  const metrics = cloudwatchMetrics(answering(new CloudWatchClient({ region }), requests), {
    now: () => EPOCH + 3_600_000,
  });
  const lacking = (input: { MetricDataQueries?: { Id?: string }[] }) => ({
    MetricDataResults: requests(input).MetricDataResults?.filter(({ Id = '' }) => !Id.includes('slower')),
  });
  const without = cloudwatchMetrics(answering(new CloudWatchClient({ region }), lacking), {
    now: () => EPOCH + 3_600_000,
  });
  for (const count of [1, 80]) {
    for (const periodSeconds of [10, 60] as const) {
      const queries = queriesFor(count, periodSeconds);
      await metrics.read(queries);
      await without.read(queries);
      await metrics.readLatencies(queries);
    }
  }
}

function queriesFor(count: number, periodSeconds: 10 | 60): MetricsQuery[] {
  const targets = longestTargets();
  return Array.from({ length: count }, (_, index) => ({
    id: `${index}`,
    target: targets[index % targets.length] as Target,
    stable: '9'.repeat(20),
    canary: index % 2 === 0 ? 'v0123456789ab' : '1',
    latenciesMs: [0.000_001, 1 / 3, 250, 900_000.123_456_789],
    from: EPOCH - index * 1_000,
    to: EPOCH + 1_800_000,
    periodSeconds,
  }));
}

export async function drivePublishers(): Promise<void> {
  const messages = SCRIPTS.flatMap((text) => [1, 1_000, 300_000].map((length) => messageOf(long(text, length))));
  const events = messages.map((message) => ({
    ...message,
    body: JSON.stringify({ because: message.body }),
    subject: 'Slipway Deployment Changed',
  }));
  const bus = eventbridgeEvents(
    answering(new EventBridgeClient({ region }), { Entries: [{ EventId: '1' }] }),
    `slipway-${'s'.repeat(63)}`,
  );
  await bus.publish([...events, ...events]);
  const topic = snsNotices(
    answering(new SNSClient({ region }), { Successful: [{ Id: '0' }] }),
    'arn:aws:sns:eu-west-1:123456789012:t',
  );
  await topic.publish([...messages, ...messages]);
}

function messageOf(text: string): OutboxMessage {
  return {
    id: `${DEPLOYMENT}-1-notice`,
    channel: 'notice',
    service: 's'.repeat(63),
    deploymentId: DEPLOYMENT,
    severity: 'page',
    at: EPOCH,
    subject: text,
    body: text,
  };
}

export async function driveWorkflows(): Promise<void> {
  const client = answering(new SFNClient({ region }), { status: 'RUNNING' });
  const workflows = stepFunctionsWorkflows(client, machines);
  for (const machine of ['rollout', 'rollback'] as const) {
    await workflows.start(machine, DEPLOYMENT);
    await workflows.startAgain(machine, { deploymentId: DEPLOYMENT, again: '9'.repeat(13) });
    await workflows.status(machine, DEPLOYMENT);
  }
  await workflows.answer('t'.repeat(2_048));
  await stepFunctionsReachable(client, machines).check();
}

export async function drivePipeline(): Promise<void> {
  const names = { name: `slipway-${'s'.repeat(63)}-delivery`, service: 's' };
  const pipelines = codepipelinePipelines(
    answering(new CodePipelineClient({ region }), { pipelineExecutionId: 'p' }),
    names,
  );
  for (const revision of ['a'.repeat(40), 'f'.repeat(64)]) {
    await pipelines.start({ revision, once: null });
    await pipelines.start({ revision, once: long('🚀', 500) });
  }
  for (const because of ['', ...SCRIPTS.map((text) => long(text, 1_000))]) await pipelines.quarantine(because);
  await pipelines.release();
  const listed = answering(new CodePipelineClient({ region }), { actionExecutionDetails: [] });
  const deliveries = codepipelineDeliveries(listed, { ...names, place: null });
  await deliveries.find({ run: '11111111-2222-3333-4444-555555555555', action: 'a' });
}

/** Uses the largest token that Slipway reads: a token for many services with the longest names. */
export async function driveTokenKey(): Promise<void> {
  const signature = Buffer.concat([Buffer.from([0x30, 0x06, 0x02, 0x01, 1, 0x02, 0x01, 1])]);
  const key = kmsTokenKey(
    answering(new KMSClient({ region }), { Signature: signature, PublicKey: signature }),
    'alias/slipway-dev-tokens',
  );
  await key.publicKey();
  for (const count of [1, 30, 60, 85]) {
    const services = Array.from({ length: count }, (_, index) => `s${String(index).padStart(62, '0')}`);
    const grants = [{ role: 'deployer', services }] as const;
    const times = { id: 'tok', from: EPOCH, until: EPOCH + 3_600_000 };
    await mintToken(key, {
      issuer: 'slipway-dev',
      audience: 'slipway-dev',
      subject: 'x'.repeat(200),
      grants,
      ...times,
    });
  }
}
