import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { readServiceFile } from '../../src/cli/files/service-file.ts';
import { aProject, type Project, sentences } from './init-project.ts';

const QUEUE = 'arn:aws:sqs:eu-west-1:123456789012:jobs';
const BUCKET = { bucket: 'photos-of-the-shop' };
const config = {
  service: 'shop',
  provider: { name: 'aws', runtime: 'nodejs24.x', region: 'eu-west-1', stage: 'prod' },
  functions: {
    api: {
      handler: 'src/api.main',
      events: [{ httpApi: 'GET /orders/{id}' }, { http: 'POST /orders' }, { websocket: '$connect' }],
    },
    jobs: {
      handler: 'src/jobs.handler',
      description: 'Does the work',
      tags: { team: 'shop' },
      destinations: { onFailure: 'arn:aws:sqs:eu-west-1:123456789012:dead' },
      events: [
        { sqs: QUEUE },
        { schedule: 'rate(1 hour)' },
        { schedule: { rate: ['cron(0 12 * * ? *)'], method: 'scheduler' } },
        { sns: 'orders' },
        { s3: BUCKET },
        { eventBridge: { pattern: { source: ['shop'] } } },
        { cloudwatchLog: '/aws/lambda/other' },
        { iot: { sql: "select * from 'shop'" } },
        { cognitoUserPool: { pool: 'people', trigger: 'PreSignUp' } },
      ],
    },
    page: { handler: 'src/page.handler', url: true },
    report: { handler: 'report.handler', runtime: 'python3.12', events: [{ schedule: 'rate(1 day)' }] },
    warm: { handler: 'src/page.handler', provisionedConcurrency: 2, events: [{ sqs: QUEUE }] },
  },
};
const source = 'exports.handler = async () => ({ statusCode: 200 });';
const moved = ['api', 'jobs', 'page'];

let project: Project;
let Resources: Record<string, { readonly Properties: Record<string, unknown>; readonly DependsOn?: unknown }>;
const said: Record<string, { readonly before: string; readonly after: string; readonly code: number }> = {};

/** The project is packaged only twice: as the team has it, and with the snippets of three functions. */
beforeAll(async () => {
  project = aProject({
    'serverless.yml': stringify(config),
    'src/api.ts': 'export const main = async () => ({ statusCode: 200 });',
    'src/jobs.js': source,
    'src/page.mjs': source,
  });
  await project.packaged('before');
  const specOf = (name: string) => ['--function', name, '--out', join(project.folder, `${name}.slipway.yml`)];
  const before: Record<string, string> = {};
  for (const name of Object.keys(config.functions)) {
    const file = join(project.folder, `${name}.yml`);
    before[name] = (await project.init('before', ...specOf(name), '--write-snippet', file)).said;
  }
  const provider = { ...config.provider, versionFunctions: false };
  const { warm: _, ...functions } = config.functions;
  const resources = moved.map((name) => `\${file(${name}.yml)}`);
  project.write('serverless.yml', stringify({ ...config, provider, functions, resources }));
  await project.packaged('after');
  ({ Resources } = JSON.parse(project.read('after/cloudformation-template-update-stack.json')));
  for (const name of Object.keys(functions)) {
    const { said: after, code } = await project.init('after', ...specOf(name), '--check');
    said[name] = { before: before[name] ?? '', after, code };
  }
  said.warm = { before: before.warm ?? '', after: '', code: 0 };
});

afterAll(() => project.remove());

test.each(moved)(
  'the snippet of %s, packaged again, leaves nothing missing, and its spec can be registered',
  (name) => {
    const { before = '', after = '', code } = said[name] ?? {};
    expect(sentences(before, 'missing').join('\n')).toMatch(
      /no alias live[\s\S]*Every deployment[\s\S]*past the alias[\s\S]*tag slipway:managed[\s\S]*No alarm/,
    );
    expect(sentences(after, 'missing')).toEqual([]);
    const file = join(project.folder, `${name}.slipway.yml`);
    expect(after).toMatch(`Nothing is missing. Register it: slipway apply -f ${file}`);
    expect(code).toBe(0);
    const { target } = readServiceFile(join(project.folder, `${name}.slipway.yml`));
    expect(target).toEqual({ kind: 'lambda', function: `shop-prod-${name}`, alias: 'live' });
  },
);

test('a function without its snippet still misses it, and the exit code of --check says so', () => {
  expect(said.report?.code).toBe(1);
  expect(sentences(said.report?.after ?? '', 'missing').join()).toMatch(/no alias live/);
});

test('the template with the snippet has every trigger on the alias, and keeps all other settings', () => {
  expect(Resources.JobsFirstVersion).toMatchObject({ Type: 'AWS::Lambda::Version', DeletionPolicy: 'Retain' });
  expect(Resources.JobsLive?.Properties.FunctionVersion).toEqual({ 'Fn::GetAtt': ['JobsFirstVersion', 'Version'] });
  expect(Resources.JobsEventSourceMappingSQSJobs?.Properties).toMatchObject({
    FunctionName: { Ref: 'JobsLive' },
    EventSourceArn: QUEUE,
  });
  expect(Resources.JobsLambdaEvConf).toMatchObject({ Properties: { Qualifier: 'live' }, DependsOn: ['JobsLive'] });
  expect(Resources.JobsLambdaFunction?.Properties.Tags).toEqual([
    { Key: 'team', Value: 'shop' },
    { Key: 'slipway:managed', Value: 'true' },
  ]);
  expect(Resources.JobsLambdaFunction?.Properties.Description).toBe('Does the work (deployed by Slipway)');
  expect(Resources.JobsEventsRuleSchedule1?.Properties).toMatchObject({
    ScheduleExpression: 'rate(1 hour)',
    Targets: [{ Arn: { Ref: 'JobsLive' }, Id: 'jobsSchedule' }],
  });
  // The settings of asynchronous calls name the function and its qualifier in two fields.
  const own = /^Jobs(LambdaFunction|FirstVersion|Live|Errors|LambdaEvConf)$/;
  const others = Object.entries(Resources).filter(([id]) => !own.test(id));
  const named = others.filter(([, { Properties }]) =>
    JSON.stringify(Properties ?? {}).includes('"JobsLambdaFunction"'),
  );
  expect(named.map(([id]) => id)).toEqual([]);
});

test('the rehearsal part names the source of the handler, a matching event and the timeout of the function', () => {
  const rehearsals = moved.map((name) => readServiceFile(join(project.folder, `${name}.slipway.yml`)).rehearsal);
  expect(rehearsals).toMatchObject([
    { handler: 'src/api.main', timeoutSeconds: 6 },
    { handler: 'src/jobs.handler' },
    { handler: 'src/page.handler', event: 'functionUrl' },
  ]);
});

test('the report on a Python function says that only its rehearsal is left out', () => {
  expect(sentences(said.report?.before ?? '', 'look')).toContainEqual(
    expect.stringMatching(/^The runtime is python3.12. Everything works in AWS/),
  );
  const text = project.read('report.slipway.yml');
  expect(parse(text)).not.toHaveProperty('rehearsal');
  expect(text).toMatch(/Called by a schedule[\s\S]*No rehearsal: .* python3.12/);
});

test('provisioned concurrency has to be removed, and the snippet makes another alias next to the one that has it', () => {
  expect(said.warm?.before).toMatch(/no alias live/);
  expect(said.warm?.before).toMatch(/1. In serverless.yml, under provider: {2}versionFunctions: false/);
  expect(said.warm?.before).toMatch(/2. In serverless.yml, take provisionedConcurrency off the function/);
  expect(parse(project.read('warm.yml')).extensions.WarmEventSourceMappingSQSJobs.Properties).toEqual({
    FunctionName: { Ref: 'WarmLive' },
  });
});
