import { join } from 'node:path';
import { readText } from '../repo/sources.ts';
import { type PackagedService, packageByCommand, packagedServices } from './packaged-service.ts';
import { callersOf, rendered } from './rendered-template.ts';

/** Real services, packaged by the real framework. The tests check the template that would be deployed. */
const FUNCTIONS = ['api', 'rest', 'guard', 'socket', 'jobs', 'clock', 'news', 'page'].map((key) => `shop-prod-${key}`);
const text = readText('tests/plugin/services/every-event.yml');
const without = text.replace(/^plugins:\n.*\n/m, '').replace(/^custom:\n.*\n.*\n/m, '');
const ofTwo = readText('tests/plugin/services/http-and-queue.yml');

const every = await packageByCommand({ service: text });
const [before, small, smallOfOtherCode] = (await packagedServices([
  { service: without },
  { service: ofTwo },
  { service: ofTwo, says: 'something else' },
])) as [PackagedService, PackagedService, PackagedService];

test('no event of any kind calls a function past its alias', () => {
  const callers = callersOf(every.template, FUNCTIONS);
  expect(callers.filter(({ calls }) => !calls.endsWith(':live'))).toEqual([]);
  expect([...new Set(callers.map(({ type }) => type))].sort()).toEqual([
    'AWS::ApiGateway::Authorizer',
    'AWS::ApiGateway::Method',
    'AWS::ApiGatewayV2::Authorizer',
    'AWS::ApiGatewayV2::Integration',
    'AWS::Cognito::UserPool',
    'AWS::ElasticLoadBalancingV2::TargetGroup',
    'AWS::Events::Rule',
    'AWS::IoT::ProvisioningTemplate',
    'AWS::IoT::TopicRule',
    'AWS::Lambda::EventInvokeConfig',
    'AWS::Lambda::EventSourceMapping',
    'AWS::Lambda::Permission',
    'AWS::Lambda::Url',
    'AWS::Logs::SubscriptionFilter',
    'AWS::S3::Bucket',
    'AWS::SNS::Subscription',
    'AWS::SNS::Topic',
    'AWS::Scheduler::Schedule',
    'AWS::StepFunctions::StateMachine',
    'Custom::CognitoUserPool',
    'Custom::S3',
  ]);
});

test('without the plugin the same service has as many callers, and all call functions past every alias', () => {
  const callers = callersOf(before.template, FUNCTIONS);
  const past = callers.filter(({ type, calls }) => !calls.includes(':') && type !== 'AWS::Lambda::EventInvokeConfig');
  const ofEvents = callers.filter(({ type }) => type !== 'AWS::Lambda::EventInvokeConfig');
  expect(past).toEqual(ofEvents);
  expect(callersOf(every.template, FUNCTIONS).map(({ id }) => id)).toEqual(callers.map(({ id }) => id));
});

test('each function has a first version that is kept, an alias on it, an alarm on the alias, and the tag', () => {
  const { Resources } = small.template;
  expect(Resources).toMatchObject({
    ApiFirstVersion: {
      Type: 'AWS::Lambda::Version',
      DeletionPolicy: 'Retain',
      Properties: { FunctionName: { Ref: 'ApiLambdaFunction' } },
    },
    ApiLive: {
      Type: 'AWS::Lambda::Alias',
      Properties: { Name: 'live', FunctionVersion: { 'Fn::GetAtt': ['ApiFirstVersion', 'Version'] } },
    },
    JobsLive: { Type: 'AWS::Lambda::Alias' },
    ApiLambdaFunction: { Properties: { Tags: [{ Key: 'slipway:managed', Value: 'true' }] } },
  });
  expect(rendered(small.template).ApiErrors?.Properties).toMatchObject({
    AlarmName: 'shop-dev-api-errors',
    Dimensions: [
      { Name: 'FunctionName', Value: 'shop-dev-api' },
      { Name: 'Resource', Value: 'shop-dev-api:live' },
    ],
  });
  // A function that answers over HTTP has an alarm on the errors that its users see. Lambda does not count these.
  expect(rendered(small.template).ApiServerErrors?.Properties).toMatchObject({
    AlarmName: 'shop-dev-api-server-errors',
    Namespace: 'Slipway/Services',
    MetricName: 'ServerErrors',
  });
  expect(Resources).not.toHaveProperty('JobsServerErrors');
});

test('other code changes no version, alias or alarm of the stack, so CloudFormation never moves the alias back', () => {
  const made = ({ template }: Pick<PackagedService, 'template'>) =>
    Object.entries(template.Resources).filter(([id]) => /(FirstVersion|Live|Errors)$/.test(id));
  expect(
    made(small)
      .map(([id]) => id)
      .sort(),
  ).toEqual(
    ['ApiErrors', 'ApiFirstVersion', 'ApiLive', 'ApiServerErrors', 'JobsErrors', 'JobsFirstVersion', 'JobsLive'].sort(),
  );
  expect(made(smallOfOtherCode)).toEqual(made(small));
  expect(Object.keys(smallOfOtherCode.template.Resources)).toEqual(Object.keys(small.template.Resources));
});

test('the stack publishes only the first version, which an existing stack has not published yet', () => {
  const versions = ({ template }: Pick<PackagedService, 'template'>) =>
    Object.entries(template.Resources).filter(([, { Type }]) => Type === 'AWS::Lambda::Version');
  expect(
    versions(every)
      .map(([id]) => id)
      .every((id) => id.endsWith('FirstVersion')),
  ).toBe(true);
  // A version that the framework published before has no such description. So the two differ, also when the code is the
  // same.
  expect(before.template.Resources.ApiLambdaFunction?.Properties).not.toHaveProperty('Description');
  expect(every.template.Resources.ApiLambdaFunction?.Properties?.Description).toBe('released by Slipway');
});

test('every caller that may call a function may call its alias', () => {
  const { OwnRole, IamRoleLambdaExecution } = rendered(every.template);
  const jobs = 'arn:aws:lambda:eu-west-1:123456789012:function:shop-prod-jobs';
  const [calls] = (OwnRole?.Properties?.Policies ?? []) as readonly { readonly PolicyDocument: unknown }[];
  expect(calls?.PolicyDocument).toMatchObject({ Statement: [{ Resource: [jobs, `${jobs}:live`] }] });
  expect(JSON.stringify(IamRoleLambdaExecution)).toContain(`"${jobs}:live"`);
});

test('a caller that the stack cannot move to the alias is named, with the next step', () => {
  const lines = every.output.split('\n').filter((line) => line.includes('Slipway:'));
  expect(lines).toEqual([
    expect.stringMatching(/alexa-appkit.*calls news from outside this stack.*Have it call shop-prod-news:live/),
    expect.stringMatching(/alexa-connectedhome.*calls news from outside this stack/),
    expect.stringMatching(
      /PageLambdaFunctionUrl is the URL of page:live. If the function had one before, that address ends/,
    ),
  ]);
});

test('the folder of the plugin has everything that the plugin needs at run time', () => {
  const names = JSON.parse(readText('plugin/package.json'));
  expect(names).not.toHaveProperty('dependencies');
  expect(readText(join('plugin', names.main))).toContain('module.exports = class Slipway');
});
