import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { readServiceFile } from '../../src/cli/files/service-file.ts';
import { aProject, type Project, sentences } from '../cli/init-project.ts';
import { ofType, type Template } from '../examples/template.ts';
import { translateSam } from './sam.ts';

/** The template of a team before the adoption: SAM's own events, and a queue that the team connected by hand. */
const before = {
  Transform: 'AWS::Serverless-2016-10-31',
  Globals: { Function: { Runtime: 'nodejs22.x', Timeout: 5 } },
  Resources: {
    Hello: {
      Type: 'AWS::Serverless::Function',
      Properties: {
        CodeUri: 'hello/',
        Handler: 'app.lambdaHandler',
        Events: {
          Root: { Type: 'HttpApi', Properties: { Path: '/hello/{name}', Method: 'get' } },
          Rest: { Type: 'Api', Properties: { Path: '/rest', Method: 'post' } },
          Tick: { Type: 'Schedule', Properties: { Schedule: 'rate(1 hour)' } },
          Later: { Type: 'ScheduleV2', Properties: { ScheduleExpression: 'rate(1 hour)' } },
          News: { Type: 'SNS', Properties: { Topic: { Ref: 'Topic' } } },
          Photos: { Type: 'S3', Properties: { Bucket: { Ref: 'Bucket' }, Events: 's3:ObjectCreated:*' } },
        },
        FunctionUrlConfig: { AuthType: 'NONE' },
      },
    },
    Topic: { Type: 'AWS::SNS::Topic' },
    Bucket: { Type: 'AWS::S3::Bucket' },
    Own: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        FunctionName: { 'Fn::GetAtt': ['Hello', 'Arn'] },
        EventSourceArn: 'arn:aws:sqs:eu-west-1:123456789012:own',
      },
    },
  },
};

let project: Project;
beforeEach(() => {
  project = aProject({ 'hello/app.ts': 'export const lambdaHandler = async () => ({ statusCode: 200 });' });
});
afterEach(() => project.remove());

const translated = (template: object, code = 's3://code/1111') => translateSam({ text: stringify(template), code });
const versionsOf = (template: Template) => ofType(template, 'AWS::Lambda::Version').map(([id]) => id);

function merged(value: unknown, more: unknown): unknown {
  if (typeof value !== 'object' || value === null || typeof more !== 'object' || more === null) return more;
  const both = { ...value, ...more } as Record<string, unknown>;
  for (const [key, item] of Object.entries(value)) {
    if (key in more && !key.startsWith('Fn::') && key !== 'FunctionName') both[key] = merged(item, both[key]);
  }
  return both;
}

/** Returns the template together with what `slipway init` wrote for it. */
async function applied(template: object, path: string): Promise<{ Resources: object }> {
  const file = join(project.folder, 'lines.yaml');
  await project.init(path, '--function-name', 'shop-Hello-1ABC', '--write-snippet', file);
  return merged(template, parse(project.read('lines.yaml'))) as { Resources: object };
}

test('a SAM template with its snippet, translated again, misses nothing, and its alias stays when the code changes', async () => {
  project.write('template.yaml', stringify(before));
  const after = await applied(before, 'template.yaml');
  expect(readServiceFile(join(project.folder, 'slipway.yml'))).toMatchObject({
    target: { kind: 'lambda', function: 'shop-Hello-1ABC', alias: 'live' },
    rehearsal: { handler: 'hello/app.lambdaHandler', event: 'GET /hello/{name}', timeoutSeconds: 5 },
  });

  project.write('template.yaml', stringify(after));
  const [one, other] = [await translated(after), await translated(after, 's3://code/2222')];
  project.write('translated.json', JSON.stringify(one));
  for (const path of ['template.yaml', 'translated.json']) {
    const { code, said } = await project.init(path, '--function-name', 'shop-Hello-1ABC', '--check');
    expect({ path, missing: sentences(said, 'missing'), code }).toEqual({ path, missing: [], code: 0 });
  }
  expect(versionsOf(one)).toHaveLength(1);
  expect(versionsOf(other)).toEqual(versionsOf(one));
});

test('a stack whose alias moves keeps its present version, because AutoPublishCodeSha256 begins with its digits', async () => {
  const Hello = {
    ...before.Resources.Hello,
    Properties: { ...before.Resources.Hello.Properties, AutoPublishAlias: 'live' },
  };
  const moving = { ...before, Resources: { ...before.Resources, Hello } };
  const now = await translated(moving);
  project.write('translated.json', JSON.stringify(now));
  const after = await applied(moving, 'translated.json');
  expect(versionsOf(await translated(after, 's3://code/2222'))).toEqual(versionsOf(now));
});

test('an alias that SAM or CodeDeploy moves lacks its fixed hash, and DeploymentPreference has to be removed', async () => {
  const Properties = {
    ...before.Resources.Hello.Properties,
    AutoPublishAlias: 'live',
    DeploymentPreference: { Type: 'Canary10Percent5Minutes' },
  };
  const Hello = { ...before.Resources.Hello, Properties };
  project.write('template.yaml', stringify({ ...before, Resources: { ...before.Resources, Hello } }));
  const { said } = await project.init('template.yaml');
  expect(sentences(said, 'missing')).toContainEqual(
    expect.stringMatching(/is moved by CodeDeploy \(DeploymentPreference\)/),
  );
  expect(said).toMatch(/Under Hello, take DeploymentPreference out/);
  expect(sentences(said, 'right')).toContainEqual(expect.stringMatching(/On the alias: HTTP API route Root/));
});
