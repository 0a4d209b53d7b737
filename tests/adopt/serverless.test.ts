import { callersOfAnAlias, callersPastTheAlias, ofType, type Template } from '../examples/template.ts';
import { packageService } from './package-service.ts';

const folder = 'examples/adopt/serverless';
const changed = { 'src/shop.mjs': 'export const api = async () => ({ statusCode: 204 });\nexport const jobs = api;\n' };

let before: Template;
let first: Template;
let second: Template;
beforeAll(async () => {
  const config = 'without-plugin.yml';
  [before, first, second] = await Promise.all([
    packageService({ folder, config: 'before.yml' }),
    packageService({ folder, config }),
    packageService({ folder, config, changed }),
  ]);
});

test('the Serverless example as it was has its triggers on the functions themselves', () => {
  expect(callersPastTheAlias(before)).toEqual([
    'JobsEventSourceMappingSQSPackingQueue -> JobsLambdaFunction',
    'ApiLambdaPermissionHttpApi -> ApiLambdaFunction',
    'HttpApiIntegrationApi -> ApiLambdaFunction',
  ]);
});

test('every trigger of the Serverless example without the plugin calls the alias', () => {
  expect(callersPastTheAlias(first)).toEqual([]);
  expect(callersOfAnAlias(first)).toEqual([
    'AWS::ApiGatewayV2::Integration',
    'AWS::Lambda::EventSourceMapping',
    'AWS::Lambda::Permission',
  ]);
});

test('a release of the Serverless example changes the code of the functions, and neither a version nor an alias', () => {
  const codeOf = (template: Template) => ofType(template, 'AWS::Lambda::Function').map(([, it]) => it.Properties?.Code);
  expect(codeOf(second)).not.toEqual(codeOf(first));
  for (const type of ['AWS::Lambda::Version', 'AWS::Lambda::Alias']) {
    expect(ofType(first, type)).toHaveLength(2);
    expect(ofType(second, type)).toEqual(ofType(first, type));
  }
});

test('the versions of the Serverless example survive a change of the stack, because Slipway goes back to them', () => {
  for (const [id, { DeletionPolicy }] of ofType(first, 'AWS::Lambda::Version')) {
    expect({ id, DeletionPolicy }).toEqual({ id, DeletionPolicy: 'Retain' });
  }
});

test('every function of the Serverless example has the tag by which Slipway may deploy to it', () => {
  for (const [id, { Properties }] of ofType(first, 'AWS::Lambda::Function')) {
    expect({ id, tags: Properties?.Tags }).toEqual({
      id,
      tags: expect.arrayContaining([{ Key: 'slipway:managed', Value: 'true' }]),
    });
  }
});

test('the alarm of the Serverless example counts the calls of the alias alone', () => {
  const [[, alarm] = []] = ofType(first, 'AWS::CloudWatch::Alarm');
  expect(alarm?.Properties?.Dimensions).toEqual([
    { Name: 'FunctionName', Value: { Ref: 'ApiLambdaFunction' } },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation fills it in
    { Name: 'Resource', Value: { 'Fn::Sub': '${ApiLambdaFunction}:live' } },
  ]);
});
