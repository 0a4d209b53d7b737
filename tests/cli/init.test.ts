import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readServiceFile } from '../../src/cli/files/service-file.ts';
import { aProject, type Project, sentences } from './init-project.ts';

let project: Project;
beforeEach(() => {
  project = aProject({});
});
afterEach(() => project.remove());

const json = (value: unknown) => JSON.stringify(value);
const spec = () => join(project.folder, 'slipway.yml');

/** A template as many teams write it: only a function and its queue. */
const plain = {
  Resources: {
    Worker: {
      Type: 'AWS::Lambda::Function',
      Properties: { FunctionName: 'worker', Handler: 'worker.run', Runtime: 'nodejs22.x', Timeout: 30 },
    },
    Queue: { Type: 'AWS::SQS::Queue' },
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        FunctionName: { 'Fn::GetAtt': ['Worker', 'Arn'] },
        EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] },
      },
    },
  },
};

describe('slipway init on a CloudFormation template', () => {
  test('a template becomes a service with a matching event and timeout, and its snippet has what is missing', async () => {
    project.write('stack.json', json(plain));
    project.write('worker.ts', 'export const run = async () => {};');
    const { code, said } = await project.init('stack.json');
    expect(code).toBe(0);
    expect(readServiceFile(spec())).toMatchObject({
      name: 'worker',
      target: { kind: 'lambda', function: 'worker', alias: 'live' },
      alarms: ['worker-errors'],
      describedAlarms: [{ kind: 'errors', abovePercent: 1 }],
      rehearsal: { handler: 'worker.run', event: 'sqs', timeoutSeconds: 30 },
    });
    expect(sentences(said, 'missing').join('\n')).toMatch(/no alias live[\s\S]*The queue Mapping calls past the alias/);
    expect(said).toMatch(
      /WorkerFirstVersion:[\s\S]*Retain[\s\S]*Mapping:\n {4}Properties:\n {6}FunctionName:\n {8}Ref: WorkerLive/,
    );
  });

  test('the spec of a template has a judge in comments, which a team can turn on', async () => {
    project.write('stack.json', json(plain));
    project.write('worker.ts', 'export const run = async () => {};');
    await project.init('stack.json');
    const judged = project
      .read('slipway.yml')
      .replace('# judge:', 'judge:')
      .replaceAll('  - bake: { minutes: 5 }', '  - bake: { minutes: 5 }\n  - judge: {}');
    project.write('slipway.yml', judged);
    expect(readServiceFile(spec())).toMatchObject({ judge: { kind: 'sequential' } });
  });

  test('short tags of a template are read, and a name with a parameter gets the default of the parameter', async () => {
    project.write(
      'stack.yaml',
      `Parameters: { Stage: { Type: String, Default: prod } }
Resources:
  Worker: { Type: AWS::Lambda::Function, Properties: { FunctionName: !Sub 'worker-\${Stage}', Runtime: nodejs22.x } }
  Rule:
    Type: AWS::Events::Rule
    Properties: { ScheduleExpression: rate(1 hour), Targets: [{ Id: a, Arn: !GetAtt Worker.Arn }] }
  Live: { Type: AWS::Lambda::Alias, Properties: { Name: live, FunctionName: !Ref Worker, FunctionVersion: '3' } }
`,
    );
    const { said } = await project.init('stack.yaml');
    expect(readServiceFile(spec()).target).toMatchObject({ function: 'worker-prod' });
    expect(sentences(said, 'right')).toContainEqual(expect.stringMatching(/The alias live is there/));
    expect(sentences(said, 'missing')).toContainEqual(expect.stringMatching(/The schedule Rule calls past the alias/));
  });

  test.each([
    ['$LATEST', { FunctionVersion: '$LATEST' }, {}, /is on \$LATEST/],
    ['CodeDeploy', {}, { UpdatePolicy: { CodeDeployLambdaAliasUpdate: {} } }, /is moved by CodeDeploy/],
    [
      'provisioned concurrency',
      { ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 2 } },
      {},
      /has provisioned concurrency/,
    ],
  ])(
    'a template whose alias has %s gets a message that says what to remove',
    async (_, properties, attributes, words) => {
      const Properties = { Name: 'live', FunctionName: { Ref: 'Worker' }, FunctionVersion: '3', ...properties };
      const Live = { Type: 'AWS::Lambda::Alias', Properties, ...attributes };
      project.write('stack.json', json({ Resources: { ...plain.Resources, Live } }));
      const { said, code } = await project.init('stack.json', '--check');
      expect(sentences(said, 'missing')).toContainEqual(expect.stringMatching(words));
      expect(code).toBe(1);
      expect(existsSync(spec())).toBe(false);
    },
  );

  test('for a template with an image the output says how to deploy it, and that there is no rehearsal', async () => {
    const Worker = { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'worker', PackageType: 'Image' } };
    project.write('stack.json', json({ Resources: { Worker } }));
    const { said } = await project.init('stack.json');
    expect(sentences(said, 'look')).toContainEqual(expect.stringMatching(/is an image: deploy it by digest/));
    expect(project.read('slipway.yml')).toContain('No rehearsal: npm start runs no images.');
  });

  test('for a template with several functions the message lists them, and an option chooses one by name', async () => {
    const Other = { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'mailer' } };
    project.write('stack.json', json({ Resources: { ...plain.Resources, Other } }));
    await expect(project.init('stack.json')).rejects.toThrow(
      /has 2 of them. Choose one with --function NAME:\n {2}worker\n {2}mailer/,
    );
    await expect(project.init('stack.json', '--function', 'nobody')).rejects.toThrow(/has no nobody. Choose one/);
    expect(existsSync(spec())).toBe(false);
    await project.init('stack.json', '--function', 'Other');
    expect(readServiceFile(spec()).target).toMatchObject({ function: 'mailer' });
  });
});

describe('slipway init where a file exists', () => {
  beforeEach(() => project.write('stack.json', json(plain)));

  test('an existing file is never overwritten, and a spec of the same target stays as its team has it', async () => {
    await project.init('stack.json');
    const text = `${project.read('slipway.yml')}# ours\n`;
    project.write('slipway.yml', text);
    const { code, said } = await project.init('stack.json');
    expect([code, project.read('slipway.yml')]).toEqual([0, text]);
    expect(said).toMatch(/slipway.yml is there already, and stays as it is/);
  });

  test('an existing spec of another service stops the command, which says how to continue', async () => {
    project.write('slipway.yml', 'name: other\ntarget: { kind: lambda, function: other }\n');
    await expect(project.init('stack.json')).rejects.toThrow(
      /is there already, and is not overwritten. Name another file: --out FILE/,
    );
  });

  test('an existing file in the place of the snippet stops the command before it writes anything', async () => {
    const file = join(project.folder, 'lines.yaml');
    project.write('lines.yaml', 'ours');
    await expect(project.init('stack.json', '--write-snippet', file)).rejects.toThrow(
      /Name another file: --write-snippet FILE/,
    );
    expect([existsSync(spec()), project.read('lines.yaml')]).toEqual([false, 'ours']);
  });
});

test.each([
  ['a broken template', 'stack.json', '{"Resources": {', /cannot be read as JSON or YAML/],
  ['a broken YAML file', 'stack.yaml', 'a: [1\nb: 2', /cannot be read as JSON or YAML/],
  ['an empty file', 'stack.yaml', '', /it is empty/],
  [
    'serverless.yml itself',
    'serverless.yml',
    'service: a\nprovider: { name: aws }\nfunctions: {}',
    /Run serverless package/,
  ],
  [
    'a state file',
    'terraform.tfstate',
    '{"version": 4, "terraform_version": "1.9.0", "resources": []}',
    /Run terraform show -json/,
  ],
  ['an empty state', 'tf.json', '{"format_version": "1.0", "terraform_version": "1.9.0"}', /is an empty state or plan/],
  ['a CDK of before', 'manifest.json', '{"version": "0.1", "artifacts": []}', /another tool wrote it/],
  ['another kind of file', 'x.json', '{"a": 1}', /is not the output of a tool that Slipway reads/],
  ['a template without a function', 'stack.json', '{"Resources": {}}', /has no Lambda function and no Deployment/],
])('%s gives one sentence with the next step, and writes nothing', async (_, file, text, words) => {
  project.write(file, text);
  await expect(project.init(file)).rejects.toMatchObject({
    name: 'InvalidRequest',
    message: expect.stringMatching(words),
  });
  expect(existsSync(spec())).toBe(false);
});

test.each([
  ['serverless.yml', /Run npx serverless package/],
  ['cdk.json', /Run npx cdk synth/],
  ['main.tf', /Run terraform show -json/],
  ['kustomization.yaml', /Run kubectl kustomize/],
  ['Chart.yaml', /helm template NAME . > rendered/],
  ['readme.txt', /has nothing that Slipway reads/],
])('for a folder with only %s the message names the command that makes a readable file', async (file, words) => {
  project.write(`app/${file}`, '');
  await expect(project.init('app')).rejects.toThrow(words);
});

test('an alias that a Serverless plugin moves is left, and all its callers are moved to the new alias', async () => {
  const Resources = {
    ApiLambdaFunction: {
      Type: 'AWS::Lambda::Function',
      Properties: { FunctionName: 'shop-api', Runtime: 'nodejs22.x' },
    },
    ApiLambdaFunctionAliasLive: {
      Type: 'AWS::Lambda::Alias',
      UpdatePolicy: { CodeDeployLambdaAliasUpdate: { ApplicationName: 'a' } },
      Properties: { Name: 'Live', FunctionName: { Ref: 'ApiLambdaFunction' }, FunctionVersion: '3' },
    },
    HttpApiIntegrationApi: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: { IntegrationUri: { Ref: 'ApiLambdaFunctionAliasLive' } },
    },
  };
  const Outputs = { ServerlessDeploymentBucketName: { Value: 'bucket' } };
  project.write('.serverless/cloudformation-template-update-stack.json', json({ Resources, Outputs }));
  const { said } = await project.init('.');
  expect(readServiceFile(spec()).target).toMatchObject({ alias: 'released' });
  expect(said).toMatch(/Take the plugin out that makes the alias Live, in the same deployment/);
  expect(said).toMatch(/HttpApiIntegrationApi:\n {4}Properties:\n {6}IntegrationUri:\n {8}Ref: ApiReleased/);
});
