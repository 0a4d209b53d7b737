import { packagedTemplate } from './packaged-template.ts';
import { dashboardOf, statementsIn } from './template-parts.ts';
import {
  alarmProblems,
  allBehind,
  circlesIn,
  functionsAheadOf,
  nameProblems,
  type Resource,
  type Resources,
} from './template-rules.ts';

/** The names of the metrics that Slipway writes itself. */
const MEASURED = [
  ...['DeploymentOpened', 'DeploymentPromoted', 'DeploymentRolledBack', 'DeploymentSuperseded', 'DeploymentFailed'],
  ...['RollBackFailed', 'DeploymentDuration', 'TimeToWeightZero', 'RolloutStageDuration', 'RolloutsPastDeadline'],
  ...['OutboxAge', 'RequestsRefused', 'PipelineStageDuration', 'PipelineStageFailed'],
];

const orders = [
  { stage: 'dev' },
  {
    stage: 'prod',
    params: { tracing: 'true', notifyEmail: 'a@example.com', clusters: 'production', wayBackConcurrency: '5' },
  },
  {
    stage: 'my-feature-1',
    params: {
      databaseUrl: 'postgres://a@127.0.0.1/b',
      artifactBucket: 'builds',
      clusters: 'shop',
      clusterVpcId: 'vpc-01234567',
      clusterSubnetIds: 'subnet-01234567',
      clusterSecurityGroupIds: 'sg-01234567',
    },
  },
];
const packaged = await Promise.all(orders.map(packagedTemplate));
const [dev, prod, dashed] = packaged.map(({ Resources }) => Resources) as [Resources, Resources, Resources];
const stacks: [string, Resources][] = [
  ['dev', dev],
  ['prod', prod],
  ['my-feature-1', dashed],
];
const ofType = (resources: Resources, type: string) =>
  Object.entries(resources).filter(([, { Type }]) => Type === type);
const properties = (resources: Resources, name: string) => resources[name]?.Properties ?? {};

test.each(stacks)('in %s no resource waits for itself', (_stage, resources) => {
  expect(circlesIn(resources)).toEqual([]);
});

test('a circle of waiting resources is reported, whatever it goes through', () => {
  const topic = (Properties: object): Resource => ({ Type: 'AWS::SNS::Topic', Properties: { ...Properties } });
  const planted = {
    A: topic({ TopicName: { 'Fn::Sub': `\${B.TopicName}-a` } }),
    B: topic({ DisplayName: { 'Fn::If': ['x', { 'Fn::GetAtt': ['C', 'Arn'] }, ''] } }),
    C: { ...topic({}), DependsOn: 'A' },
    D: topic({ DisplayName: { Ref: 'A' } }),
  };
  expect(circlesIn(planted)).toEqual(['A waits for B waits for C waits for A.']);
});

test.each(stacks)('in %s no function gets its new code before the migrations are done', (_stage, resources) => {
  expect(functionsAheadOf('LedgerMigrations', resources)).toEqual([]);
  // The function that runs the migrations, and what it needs, exist before.
  const before = allBehind('LedgerMigrations', resources);
  expect(before).toContain('MigrateDatabaseLambdaFunction');
  expect(before.filter((name) => resources[name]?.Type === 'AWS::Lambda::Function')).toHaveLength(1);
  expect(ofType(resources, 'AWS::Lambda::Function').length).toBeGreaterThan(30);
});

test('a function that gets its new code before the migrations is reported', () => {
  const { DependsOn: _, ...ahead } = dev.ReadDeploymentLambdaFunction as Resource;
  expect(functionsAheadOf('LedgerMigrations', { ...dev, ReadDeploymentLambdaFunction: ahead })).toEqual([
    'ReadDeploymentLambdaFunction does not wait for LedgerMigrations.',
  ]);
});

test('the migrations let in exactly the roles that may connect to the database', () => {
  const mayConnect = ofType(dev, 'AWS::IAM::Role')
    .filter(([, role]) => JSON.stringify(role).includes('"dsql:DbConnect"'))
    .map(([name]) => name);
  const letIn = properties(dev, 'LedgerMigrations').RoleArns as { 'Fn::GetAtt': [string, string] }[];
  expect(letIn.map(({ 'Fn::GetAtt': [name] }) => name).sort()).toEqual(mayConnect.sort());
  expect(mayConnect.length).toBeGreaterThan(25);
  const owners = ofType(dev, 'AWS::IAM::Role').filter(([, role]) => JSON.stringify(role).includes('DbConnectAdmin'));
  expect(owners.map(([name]) => name)).toEqual(['MigrateDatabaseIamRoleLambdaExecution']);
});

test('a removed prod stack keeps its data, and a removed dev stack leaves nothing', () => {
  const kept = (resources: Resources) => [
    ...['LedgerCluster', 'ArtifactBucket'].map(
      (name) => (resources[name] as { DeletionPolicy?: string }).DeletionPolicy,
    ),
    properties(resources, 'LedgerCluster').DeletionProtectionEnabled,
  ];
  expect(kept(dev)).toEqual(['Delete', 'Delete', false]);
  expect(kept(prod)).toEqual(['RetainExceptOnCreate', 'RetainExceptOnCreate', true]);
});

test('with a given database and a given bucket, the stack makes none', () => {
  expect(ofType(dashed, 'AWS::DSQL::Cluster')).toEqual([]);
  expect(Object.keys(dashed).filter((name) => name.startsWith('Artifact'))).toEqual([]);
});

test('no part of a template holds a password, or leads to one except through a secret', () => {
  for (const [, resources] of stacks)
    expect(JSON.stringify(resources)).not.toMatch(/\{\{resolve:|:\/\/[^"/@:]+:[^"/@]+@/);
});

test('X-Ray and its permissions are in the stack only where X-Ray is on', () => {
  expect(JSON.stringify(dev)).not.toMatch(/xray|"Tracing/i);
  expect(ofType(prod, 'AWS::Lambda::Function').filter(([, fn]) => !/"Mode":"Active"/.test(JSON.stringify(fn)))).toEqual(
    [],
  );
  expect(
    ofType(prod, 'AWS::StepFunctions::StateMachine').map(([, { Properties }]) => Properties?.TracingConfiguration),
  ).toEqual([{ Enabled: true }, { Enabled: true }]);
});

test.each(stacks)('in %s AWS accepts every name', (_stage, resources) => {
  expect(Object.entries(resources).flatMap(nameProblems)).toEqual([]);
});

test('a name that AWS would refuse is reported', () => {
  const queue = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'a'.repeat(81) } };
  expect(nameProblems(['Queue', queue])).toEqual([expect.stringMatching(/is no QueueName that AWS takes/)]);
  expect(nameProblems(['A-b', queue])).toEqual(['A-b is no logical id.']);
});

test.each(stacks)('in %s every log has a retention time', (stage, resources) => {
  const days = ofType(resources, 'AWS::Logs::LogGroup').map(([, { Properties }]) => Properties?.RetentionInDays);
  expect(new Set(days)).toEqual(new Set([stage === 'prod' ? 90 : 30]));
  const groups = JSON.stringify(ofType(resources, 'AWS::Logs::LogGroup'));
  for (const [, { Properties }] of ofType(resources, 'AWS::Lambda::Function')) {
    expect(groups).toContain(`/aws/lambda/${Properties?.FunctionName}"`);
  }
});

test.each(stacks)('in %s every alarm pages, and says what to do', (stage, resources) => {
  const alarms = ofType(resources, 'AWS::CloudWatch::Alarm');
  expect(alarms.length).toBeGreaterThan(10);
  expect(
    alarms.flatMap((alarm) => alarmProblems(alarm, { stem: `slipway-${stage}-`, topic: 'IncidentsTopic' })),
  ).toEqual([]);
});

test('an alarm without a receiver is reported', () => {
  const alarm = { Type: 'AWS::CloudWatch::Alarm', Properties: { AlarmName: 'errors', AlarmDescription: 'Errors.' } };
  expect(alarmProblems(['Errors', alarm], { stem: 'slipway-dev-', topic: 'IncidentsTopic' })).toHaveLength(4);
});

test('every dead-letter queue has an alarm, and a sender that may write to it', () => {
  const queues = ofType(dev, 'AWS::SQS::Queue').map(([name]) => name);
  const watched = ofType(dev, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) =>
    JSON.stringify(Properties?.Dimensions),
  );
  const policies = [...ofType(dev, 'AWS::SQS::QueuePolicy'), ...ofType(dev, 'AWS::IAM::Role')];
  const written = policies
    .flatMap(([, policy]) => statementsIn(policy))
    .filter(({ Action }) => `${Action}` === 'sqs:SendMessage');
  expect(queues.sort()).toEqual(['FailedEvents', 'FailedNotices', 'UndeliveredEvents']);
  for (const queue of queues) {
    expect(watched).toContain(JSON.stringify([{ Name: 'QueueName', Value: { 'Fn::GetAtt': [queue, 'QueueName'] } }]));
    expect(written.map(({ Resource }) => Resource)).toContainEqual({ 'Fn::GetAtt': [queue, 'Arn'] });
  }
});

test('from outside, only the right services of AWS may write to topics and queues, and only for this stage', () => {
  const policies = [...ofType(dev, 'AWS::SQS::QueuePolicy'), ...ofType(dev, 'AWS::SNS::TopicPolicy')];
  const allowed = policies.flatMap(([, policy]) => statementsIn(policy)).filter(({ Effect }) => Effect === 'Allow');
  const services = ['events', 'sns', 'cloudwatch', 'events'].map((name) => `${name}.amazonaws.com`);
  expect(allowed.map(({ Principal }) => Principal)).toEqual(services.map((Service) => ({ Service })));
  for (const { Condition } of allowed)
    expect(JSON.stringify(Condition)).toMatch(
      /"aws:SourceArn":(.*slipway-dev-\*|\[\{"Ref"|\{"Fn::GetAtt":\["RecoveriesRule")/,
    );
});

test('the topic gets an alarm that is over, as CloudWatch sends it, and not a new alarm', () => {
  const { EventPattern, Targets } = properties(dev, 'RecoveriesRule') as {
    EventPattern: { detail: object };
    Targets: [{ InputTransformer: { InputPathsMap: object; InputTemplate: string } }];
  };
  expect(EventPattern.detail).toEqual({
    alarmName: [{ prefix: 'slipway-dev-' }],
    state: { value: ['OK'] },
    previousState: {
      value: ['ALARM', 'INSUFFICIENT_DATA'],
      reason: [{ 'anything-but': { prefix: 'Unchecked' } }],
    },
  });
  const { InputPathsMap, InputTemplate } = Targets[0].InputTransformer;
  const used = InputTemplate.match(/(?<=<)\w+(?=>)/g) ?? [];
  expect(used.sort()).toEqual(Object.keys(InputPathsMap).sort());
  expect(Object.keys(JSON.parse(InputTemplate.replace(/<(\w+)>/g, '"$1"')))).toEqual(
    expect.arrayContaining(['AlarmName', 'AlarmArn', 'NewStateValue', 'OldStateValue', 'NewStateReason']),
  );
});

test('callers have a limit, rollbacks have their own limits, and the stage waits for the routes that it names', () => {
  const { DefaultRouteSettings, RouteSettings } = properties(dev, 'HttpApiStage') as Record<string, object>;
  const limit = { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 20 };
  expect(DefaultRouteSettings).toEqual(limit);
  expect(RouteSettings).toEqual({
    'POST /rollback': limit,
    'POST /deployments/{id}/abort': limit,
    'GET /ready': { ThrottlingRateLimit: 2, ThrottlingBurstLimit: 5 },
  });
  const routes = ofType(dev, 'AWS::ApiGatewayV2::Route');
  const waitedFor = [dev.HttpApiStage?.DependsOn ?? []].flat();
  for (const key of Object.keys(RouteSettings ?? {})) {
    const route = routes.find(([, { Properties }]) => Properties?.RouteKey === key)?.[0];
    expect([key, waitedFor]).toEqual([key, expect.arrayContaining([route])]);
  }
});

test('concurrency is reserved only on request, and then for the functions that roll back', () => {
  const reserved = (resources: Resources) =>
    ofType(resources, 'AWS::Lambda::Function')
      .filter(([, { Properties }]) => Properties?.ReservedConcurrentExecutions !== undefined)
      .map(([name, { Properties }]) => `${name} ${Properties?.ReservedConcurrentExecutions}`);
  expect(reserved(dev)).toEqual([]);
  expect(reserved(prod).sort()).toEqual(
    ['RemediateAlarm', 'RollBack', 'SettleAbandonedRollout'].map((stem) => `${stem}LambdaFunction 5`),
  );
});

test('a stack that names no cluster has no part that only clusters need', () => {
  const ofClusters = (resources: Resources) =>
    Object.keys(resources).filter((name) => /^(ClusterTask|WayBack|KubectlTask|BuildsInVpc)/.test(name));
  expect(ofClusters(dev)).toEqual([]);
  expect(ofClusters(prod)).toHaveLength(7);
  expect(ofClusters(dashed)).toHaveLength(8);
});

test('rollbacks start on Lambda compute, and in the VPC of the clusters where they have one', () => {
  const wayBack = (resources: Resources) => properties(resources, 'WayBack') as Record<string, { Type?: string }>;
  expect(wayBack(prod)).toMatchObject({ Environment: { Type: 'ARM_LAMBDA_CONTAINER' } });
  const vpc = { VpcId: 'vpc-01234567', Subnets: ['subnet-01234567'], SecurityGroupIds: ['sg-01234567'] };
  expect(wayBack(dashed)).toMatchObject({
    Environment: { Type: 'ARM_CONTAINER' },
    VpcConfig: vpc,
    // Together less than the 14 minutes of the state TakeBackOnCluster.
    QueuedTimeoutInMinutes: 5,
    TimeoutInMinutes: 8,
  });
  expect(properties(dashed, 'ClusterTask').VpcConfig).toEqual(vpc);
  for (const name of ['ClusterTask', 'WayBack']) expect(dashed[name]?.DependsOn).toEqual(['BuildsInVpc']);
});

test('no event of a rule is lost when its listener cannot be reached', () => {
  const rules = ofType(dev, 'AWS::Events::Rule').filter(([, { Properties }]) => Properties?.EventPattern !== undefined);
  expect(rules.length).toBeGreaterThan(1);
  for (const [name, { Properties }] of rules) {
    const targets = Properties?.Targets as { DeadLetterConfig?: object }[];
    expect([name, targets.map(({ DeadLetterConfig }) => DeadLetterConfig)]).toEqual([
      name,
      targets.map(() => ({ Arn: { 'Fn::GetAtt': ['UndeliveredEvents', 'Arn'] } })),
    ]);
  }
});

test('an event of AWS counts only when it is from this account and region', () => {
  const rules = ofType(dev, 'AWS::Events::Rule').filter(([, { Properties: { EventPattern, EventBusName } = {} }]) => {
    return EventPattern !== undefined && EventBusName === undefined;
  });
  expect(rules.length).toBeGreaterThan(3);
  for (const [name, { Properties }] of rules) {
    const { account, region } = (Properties?.EventPattern ?? {}) as Readonly<Record<string, unknown>>;
    expect([name, account, region]).toEqual([name, [{ Ref: 'AWS::AccountId' }], [{ Ref: 'AWS::Region' }]]);
  }
});

test('alarms and the dashboard use metrics that are written, with the dimensions that are written', () => {
  const watched = ofType(dev, 'AWS::CloudWatch::Alarm').flatMap(([, { Properties = {} }]) =>
    Properties.Namespace === 'Slipway' ? [[Properties.MetricName, Properties.Dimensions]] : [],
  );
  for (const [name, dimensions] of watched) {
    expect(MEASURED).toContain(name);
    expect(dimensions).toEqual([{ Name: 'Stage', Value: 'dev' }]);
  }
  const { widgets } = dashboardOf(dev);
  const shown = JSON.stringify(widgets).match(/(?<=Slipway",")\w+|(?<=\{Slipway,[^}]*\} MetricName=\\")\w+/g) ?? [];
  expect([...new Set(shown)].filter((name) => !MEASURED.includes(name))).toEqual([]);
  expect(new Set(shown).size).toBeGreaterThan(10);
});

test('no two graphs of the dashboard overlap, and each graph has metrics', () => {
  const { widgets } = dashboardOf(prod);
  expect(new Set(widgets.map(({ x, y }) => `${x} ${y}`)).size).toBe(widgets.length);
  for (const { x, width, properties } of widgets) {
    expect(x + width).toBeLessThanOrEqual(24);
    expect(properties.metrics.length).toBeGreaterThan(0);
    for (const metric of properties.metrics) expect(Array.isArray(metric)).toBe(true);
  }
});
