/** Says which actions the template itself makes a function or a machine need, in addition to the calls of its code. */
import type { Need } from './aws-actions.ts';
import { machineNeeds, machinesOf } from './machine-rules.ts';
import type { Packaged, PackagedResource } from './packaged-template.ts';
import type { Reached } from './reached-code.ts';
import { madeFrom, resourcesOf, valuesAt } from './template-values.ts';

const LOGS: readonly Need[] = ['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => ({
  action,
  for: 'its log',
}));

/** The action that passes an event on, by the type of its receiver. */
const DELIVERIES: Readonly<Record<string, string>> = {
  'AWS::SQS::Queue': 'sqs:SendMessage',
  'AWS::SNS::Topic': 'sns:Publish',
  'AWS::Events::EventBus': 'events:PutEvents',
  'AWS::Lambda::Function': 'lambda:InvokeFunction',
};

export function functionWiring(id: string, template: Packaged): Need[] {
  const resource = template.Resources[id] as PackagedResource;
  const settings = [...aboutFunction('AWS::Lambda::EventInvokeConfig', { id, template })];
  const outlets = [
    ...settings.flatMap((one) => valuesAt(one, 'Properties', 'DestinationConfig', 'OnFailure', 'Destination')),
    ...settings.flatMap((one) => valuesAt(one, 'Properties', 'DestinationConfig', 'OnSuccess', 'Destination')),
    ...valuesAt(resource, 'Properties', 'DeadLetterConfig', 'TargetArn'),
  ];
  return [
    ...LOGS,
    ...madeFrom(outlets).map((to) => ({
      action: DELIVERIES[template.Resources[to]?.Type ?? ''] ?? `a delivery to ${to}`,
      for: `what it hands on to ${to}`,
    })),
    ...(valuesAt(resource, 'Properties', 'TracingConfig', 'Mode').includes('Active') ? TRACES : []),
    ...aboutFunction('AWS::Lambda::EventSourceMapping', { id, template }).flatMap(() => POLLING),
  ];
}

/**
 * Says which actions a function needs for the database. The signature that it makes does not show the database: the
 * address and the function that opens it do.
 */
export function databaseNeeds({ resource, reached }: { resource: PackagedResource; reached: Reached }): Need[] {
  const opens = (name: string) => reached.functions.has(`src/functions/ledger-database.ts ${name}`);
  if (!opens('ledgerDatabase') && !opens('ledgerDatabaseAsOwner')) return [];
  const [secret = ''] = valuesAt(resource, 'Properties', 'Environment', 'Variables', 'DATABASE_SECRET_ARN');
  if (secret !== '') return [{ action: 'secretsmanager:GetSecretValue', for: 'the password of the database' }];
  const action = opens('ledgerDatabaseAsOwner') ? 'dsql:DbConnectAdmin' : 'dsql:DbConnect';
  return [{ action, for: 'its proof to the database' }];
}

/** The question for the API server of a cluster is signed and sent without a client of the SDK. */
export function clusterNeeds({ functions }: Reached): Need[] {
  const asks = functions.has('src/functions/aws-clusters.ts awsClusters');
  return asks ? [{ action: 'eks:DescribeCluster', for: 'the API server of a cluster' }] : [];
}

/** The look at an object with code is one signed request, without a client of the SDK. */
export function storedCodeNeeds({ functions }: Reached): Need[] {
  if (!functions.has('src/aws/s3-artifacts.ts s3Artifacts')) return [];
  return ['s3:GetObject', 's3:GetObjectVersion'].map((action) => ({ action, for: 'the look at the code in S3' }));
}

const TRACES = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'].map((action) => ({ action, for: 'its traces' }));
const POLLING = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'].map((action) => ({
  action,
  for: 'the queue that it empties',
}));

function aboutFunction(type: string, { id, template }: { id: string; template: Packaged }): PackagedResource[] {
  return resourcesOf(template, type)
    .map(([, resource]) => resource)
    .filter((resource) => madeFrom(valuesAt(resource, 'Properties', 'FunctionName')).includes(id));
}

/** Step Functions delivers logs of a machine through a log delivery that it sets up itself. */
const LOG_DELIVERY = [
  ...['CreateLogDelivery', 'GetLogDelivery', 'UpdateLogDelivery', 'DeleteLogDelivery', 'ListLogDeliveries'],
  ...['PutResourcePolicy', 'DescribeResourcePolicies', 'DescribeLogGroups'],
].map((name) => ({ action: `logs:${name}`, for: 'its log' }));
const MACHINE_TRACES = ['GetSamplingRules', 'GetSamplingTargets']
  .map((name) => ({ action: `xray:${name}`, for: 'its traces' }))
  .concat(TRACES);

export function machineWiring(id: string, template: Packaged): Need[] {
  const machine = machinesOf(template).find((one) => one.id === id);
  if (machine === undefined) throw new Error(`${id} is no state machine.`);
  const { Properties } = machine.resource;
  const levels = valuesAt(Properties, 'LoggingConfiguration', 'Level');
  return [
    ...machineNeeds(machine),
    ...(levels.some((level) => level !== 'OFF') ? LOG_DELIVERY : []),
    ...(valuesAt(Properties, 'TracingConfiguration', 'Enabled').includes(true) ? MACHINE_TRACES : []),
  ];
}
