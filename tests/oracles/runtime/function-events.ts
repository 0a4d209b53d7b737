/** For each function of the stack, the events that its triggers send, in the forms that AWS documents. */

import { actionChanged, buildChanged, runChanged, stageChanged } from '../../operations/pipeline-events.ts';
import type { Packaged } from '../../repo/packaged-template.ts';
import { madeFrom, resourcesOf, valuesAt } from '../../repo/template-values.ts';
import { type HttpCall, httpEvent } from './http-events.ts';

export interface Invocation {
  readonly key: string;
  /** `POST /deploy`, `an alarm turns red` */
  readonly on: string;
  readonly event: unknown;
  /** A route that does not read the database, or an authorizer. Its answer has to be a success. */
  readonly call?: HttpCall;
}

/** Returns one invocation for each route of the template, and one for each kind of event of every other function. */
export function invocationsOf(template: Packaged, { answersUrl }: { readonly answersUrl: string }): Invocation[] {
  return [
    ...routes(template),
    ...Object.entries({ ...TASKS, ...events(answersUrl) }).flatMap(([key, kinds]) =>
      Object.entries(kinds).map(([on, event]) => ({ key, on, event })),
    ),
  ];
}

function routes(template: Packaged): Invocation[] {
  const keys = new Map(
    resourcesOf(template, 'AWS::Lambda::Function').map(([id, resource]) => {
      const name = String(valuesAt(resource, 'Properties', 'FunctionName')[0]);
      return [id, name.slice(name.lastIndexOf('-') + 1)];
    }),
  );
  return resourcesOf(template, 'AWS::ApiGatewayV2::Route').map(([, resource]) => {
    const on = String(valuesAt(resource, 'Properties', 'RouteKey')[0]);
    const [integration = ''] = madeFrom(valuesAt(resource, 'Properties', 'Target'));
    const target = madeFrom(valuesAt(template.Resources[integration], 'Properties', 'IntegrationUri'));
    const key = target.map((id) => keys.get(id)).find((found) => found !== undefined) ?? '';
    const call = { routeKey: on, body: BODIES[on] };
    return { key, on, call, event: httpEvent(call) };
  });
}

const SPEC = {
  name: 'checkout',
  target: { kind: 'lambda', function: 'checkout', alias: 'live' },
  strategy: [{ setWeight: 10 }, { bake: { minutes: 5 } }, { judge: {} }],
  alarms: ['checkout-errors'],
};
const REASON = { reason: 'As planned.' };

/** The bodies by route. A route that is not listed here takes no body. */
const BODIES: Readonly<Record<string, unknown>> = {
  'POST /deploy': { service: 'checkout', version: '42' },
  'POST /rollback': { service: 'checkout', ...REASON },
  'PUT /services/{name}': SPEC,
  'POST /services/{name}/release': REASON,
  'POST /deployments/{id}/promote': REASON,
  'POST /deployments/{id}/pause': REASON,
  'POST /deployments/{id}/resume': REASON,
  'POST /deployments/{id}/skip': REASON,
  'POST /deployments/{id}/approve': REASON,
  'POST /deployments/{id}/abort': REASON,
  'POST /deployments/{id}/retry': REASON,
  'POST /services/{name}/check': {},
};

type Kinds = Readonly<Record<string, unknown>>;

const ofDeployment = { 'its task': { deploymentId: 'dep-1' } };
const EXPORTED = [
  {
    Name: 'SLIPWAY_RESULT',
    Value: JSON.stringify({
      ...{ do: 'setWeight', ok: true, revision: '12', stable: 'checkout:1', version: 'checkout:2', percent: 10 },
      ...{ foundPercent: 0, cleared: null, pods: [{ version: 'checkout:2', ready: 1, total: 1 }], notes: [] },
    }),
  },
];

/** The payloads of the state machines. */
const TASKS: Readonly<Record<string, Kinds>> = {
  planRollout: ofDeployment,
  publishVersion: ofDeployment,
  beforeTraffic: ofDeployment,
  shiftTraffic: { 'its task': { deploymentId: 'dep-1', toPercent: 10 } },
  recordClusterTask: { 'its task': { deploymentId: 'dep-1', exported: EXPORTED } },
  registerWait: { 'its task': { deploymentId: 'dep-1', token: 'AQCoAAAAKgAAAAMAAAAA', waitFor: 'bake' } },
  judgeCanary: ofDeployment,
  promote: ofDeployment,
  afterTraffic: ofDeployment,
  rollBack: {
    'a decision': {
      deploymentId: 'dep-1',
      state: { deploymentId: 'dep-1', next: { do: 'rollBack', because: 'Errors.' } },
    },
    'a caught error': {
      deploymentId: 'dep-1',
      state: { deploymentId: 'dep-1', error: { Error: 'Sandbox.Timedout', Cause: '{"errorType":"Sandbox.Timedout"}' } },
    },
  },
  settleDeployment: ofDeployment,
  pageOnCall: { 'its task': { deploymentId: 'dep-1', error: { Error: 'States.Timeout', Cause: '' } } },
  openDelivery: {
    'its task': {
      order: {
        ...{ service: 'checkout', pipelineRun: '11111111-2222-3333-4444-555555555555', revision: 'a'.repeat(40) },
        artifact: {
          kind: 'image',
          bucket: 'slipway-prod-artifacts',
          // An image of the repository that the environment of the function names.
          reference: `123456789012.dkr.ecr.us-east-1.amazonaws.com/pipelineimagerepository@sha256:${'a'.repeat(64)}`,
        },
      },
      delivery: 'a1b2c3d4',
    },
  },
  readDelivery: ofDeployment,
  readWatch: { 'its task': { pipelineRun: '11111111-2222-3333-4444-555555555555' } },
};

/** Events of EventBridge, of CloudFormation, and of API Gateway's authorizer. */
function events(answersUrl: string): Readonly<Record<string, Kinds>> {
  return {
    remediateAlarm: { 'an alarm turns red': ALARM },
    settleAbandonedRollout: {
      'an execution failed': execution('FAILED'),
      'an execution timed out': execution('TIMED_OUT'),
    },
    followPipeline: {
      'a run started': runChanged('STARTED'),
      'a stage failed': stageChanged('Test', 'FAILED'),
      'an action failed': actionChanged('FAILED', { result: { 'external-execution-id': 'slipway-prod-test:1' } }),
      'a build succeeded': buildChanged('SUCCEEDED'),
    },
    quarantineRevision: { 'a deployment was rolled back': DEPLOYMENT_CHANGED },
    observeRollouts: { 'its schedule': schedule('observeRollouts') },
    reconcile: { 'its schedule': schedule('reconcile') },
    // An update waits for minutes while the database does not accept its connections yet.
    migrateDatabase: {
      'the stack is deleted': customResource(answersUrl, { RequestType: 'Delete' }),
      'the stack is created with a wrong ARN': customResource(answersUrl, {
        RequestType: 'Create',
        RoleArns: ['role'],
      }),
    },
    authorizeRequest: { 'a request without a token': authorizerEvent() },
  };
}

const ALARM_ARN = 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:checkout-errors';
const reasonData = (points: readonly number[], startDate: string) =>
  JSON.stringify({
    version: '1.0',
    queryDate: '2026-01-05T10:00:07.000+0000',
    startDate,
    recentDatapoints: points,
    threshold: 5,
  });

const ALARM = fromBus('aws.cloudwatch', {
  type: 'CloudWatch Alarm State Change',
  resources: [ALARM_ARN],
  detail: {
    alarmName: 'checkout-errors',
    state: {
      value: 'ALARM',
      reason: 'Threshold Crossed: 1 out of the last 1 datapoints [9.0] was greater than the threshold (5.0).',
      reasonData: reasonData([9], '2026-01-05T09:59:00.000+0000'),
      timestamp: '2026-01-05T10:00:07.123+0000',
    },
    previousState: { value: 'OK', reason: 'Threshold Crossed', timestamp: '2026-01-05T09:50:07.123+0000' },
    configuration: {
      description: 'Errors of checkout',
      metrics: [
        {
          id: 'm1',
          metricStat: {
            metric: { namespace: 'AWS/Lambda', name: 'Errors', dimensions: { FunctionName: 'checkout' } },
            period: 60,
            stat: 'Sum',
          },
          returnData: true,
        },
      ],
    },
  },
});

function execution(status: string): unknown {
  const name = 'slipway-prod-rollout';
  return fromBus('aws.states', {
    type: 'Step Functions Execution Status Change',
    resources: [`arn:aws:states:us-east-1:123456789012:execution:${name}:dep-1`],
    detail: {
      executionArn: `arn:aws:states:us-east-1:123456789012:execution:${name}:dep-1`,
      stateMachineArn: `arn:aws:states:us-east-1:123456789012:stateMachine:${name}`,
      ...{ name: 'dep-1', status, startDate: 1767607200000, stopDate: 1767607500000 },
      ...{ input: '{"deploymentId":"dep-1"}', output: null, stateMachineVersionArn: null, stateMachineAliasArn: null },
      ...{ inputDetails: { included: true }, outputDetails: null, error: 'RolledBack', cause: 'The traffic is back.' },
    },
  });
}

const DEPLOYMENT_CHANGED = fromBus('slipway', {
  type: 'Slipway Deployment Changed',
  resources: [],
  detail: {
    deployment: { id: 'dep-1', service: 'checkout', kind: 'rollout', status: 'rolledBack' },
    entry: { kind: 'DeploymentRolledBack', by: 'slipway', because: 'An alarm is red.' },
  },
});

function schedule(key: string): unknown {
  const resources = [`arn:aws:events:us-east-1:123456789012:rule/slipway-prod-${key}`];
  return fromBus('aws.events', { type: 'Scheduled Event', resources, detail: {} });
}

interface Sent {
  readonly type: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

function fromBus(source: string, { type, resources, detail }: Sent): unknown {
  const id = 'c4c1c1c9-6542-e61b-6ef0-8c4d36933a92';
  const place = { account: '123456789012', region: 'us-east-1', time: '2026-01-05T10:00:07Z' };
  return { version: '0', id, 'detail-type': type, source, ...place, resources, detail };
}

function customResource(
  ResponseURL: string,
  { RequestType, RoleArns = [ROLE] }: { readonly RequestType: string; readonly RoleArns?: readonly string[] },
): unknown {
  return {
    RequestType,
    ServiceToken: 'arn:aws:lambda:us-east-1:123456789012:function:slipway-prod-migrateDatabase',
    ResponseURL,
    StackId: 'arn:aws:cloudformation:us-east-1:123456789012:stack/slipway-prod/0f3a2b1c-1111-2222-3333-444455556666',
    RequestId: '5d478078-13e9-baf0-464a-7ef285ecc786',
    LogicalResourceId: 'LedgerTables',
    PhysicalResourceId: 'slipway-ledger',
    ResourceType: 'Custom::LedgerTables',
    ResourceProperties: {
      ServiceToken: 'arn:aws:lambda:us-east-1:123456789012:function:slipway-prod-migrateDatabase',
      RoleArns,
    },
  };
}

const ROLE = 'arn:aws:iam::123456789012:role/slipway-prod-planRollout';

/** Payload 2.0 of a REQUEST authorizer without an identity source. */
function authorizerEvent(): unknown {
  const { headers, requestContext, ...rest } = httpEvent({ routeKey: 'GET /services' });
  const { authorizer: _, ...context } = requestContext;
  const routeArn = 'arn:aws:execute-api:us-east-1:123456789012:a1b2c3/$default/GET/services';
  return { ...rest, type: 'REQUEST', routeArn, identitySource: null, headers, requestContext: context };
}
