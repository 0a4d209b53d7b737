import { callersOfAnAlias, callersPastTheAlias, ofType, type Template } from '../examples/template.ts';
import { packageService } from './package-service.ts';

const folder = 'examples/adopt/serverless';
const changed = { 'src/shop.mjs': 'export const api = async () => ({ statusCode: 204 });\nexport const jobs = api;\n' };

/** The team gets the same stack with the plugin and without it. */
const configs = ['without-plugin.yml', 'serverless.yml'];
const modules = { 'serverless-slipway': 'plugin' };

const releases = new Map<string, readonly [first: Template, second: Template]>();
beforeAll(async () => {
  for (const config of configs) {
    const first = packageService({ folder, config, modules });
    const second = packageService({ folder, config, modules, changed });
    releases.set(config, await Promise.all([first, second]));
  }
});

const releasesOf = (config: string) => {
  const found = releases.get(config);
  if (found === undefined) throw new Error(`${config} was not packaged.`);
  return found;
};

test('before the adoption the triggers of the Serverless example call the functions without an alias', async () => {
  expect(callersPastTheAlias(await packageService({ folder, config: 'before.yml' }))).toEqual([
    'JobsEventSourceMappingSQSPackingQueue -> JobsLambdaFunction',
    'ApiLambdaPermissionHttpApi -> ApiLambdaFunction',
    'HttpApiIntegrationApi -> ApiLambdaFunction',
  ]);
});

test.each(configs)('every trigger of the Serverless example in %s calls the alias', (config) => {
  const [first] = releasesOf(config);
  expect(callersPastTheAlias(first)).toEqual([]);
  expect(callersOfAnAlias(first)).toEqual([
    'AWS::ApiGatewayV2::Integration',
    'AWS::Lambda::EventSourceMapping',
    'AWS::Lambda::Permission',
  ]);
});

test.each(configs)(
  'a release of %s changes the code of the functions, and neither a version nor an alias',
  (config) => {
    const [first, second] = releasesOf(config);
    const codeOf = (template: Template) =>
      ofType(template, 'AWS::Lambda::Function').map(([, it]) => it.Properties?.Code);
    expect(codeOf(second)).not.toEqual(codeOf(first));
    for (const type of ['AWS::Lambda::Version', 'AWS::Lambda::Alias']) {
      expect(ofType(first, type)).toHaveLength(2);
      expect(ofType(second, type)).toEqual(ofType(first, type));
    }
  },
);

test.each(configs)('the versions of %s survive a change of the stack, because Slipway rolls back to them', (config) => {
  for (const [id, { DeletionPolicy }] of ofType(releasesOf(config)[0], 'AWS::Lambda::Version')) {
    expect({ id, DeletionPolicy }).toEqual({ id, DeletionPolicy: 'Retain' });
  }
});

test.each(configs)('every function of %s has the tag that lets Slipway deploy to it', (config) => {
  for (const [id, { Properties }] of ofType(releasesOf(config)[0], 'AWS::Lambda::Function')) {
    expect({ id, tags: Properties?.Tags }).toEqual({
      id,
      tags: expect.arrayContaining([{ Key: 'slipway:managed', Value: 'true' }]),
    });
  }
});

test.each(configs)('the alarm of %s counts only the calls of the alias', (config) => {
  const [[, alarm] = []] = ofType(releasesOf(config)[0], 'AWS::CloudWatch::Alarm');
  expect(alarm?.Properties?.Dimensions).toEqual([
    { Name: 'FunctionName', Value: { Ref: 'ApiLambdaFunction' } },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation fills it in
    { Name: 'Resource', Value: { 'Fn::Sub': '${ApiLambdaFunction}:live' } },
  ]);
});
