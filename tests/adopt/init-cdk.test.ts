import { rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readServiceFile } from '../../src/cli/files/service-file.ts';
import { aProject, type Project, sentences } from '../cli/init-project.ts';
import { copyOfApp, synthesise } from './cdk.ts';

/** The app of a team before the adoption: every trigger calls the function without an alias. */
const app = `import { App, Duration, Stack } from 'aws-cdk-lib';
import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LambdaRestApi } from 'aws-cdk-lib/aws-apigateway';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Code, Function as Fn, type IFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Bucket, EventType } from 'aws-cdk-lib/aws-s3';
import { LambdaDestination } from 'aws-cdk-lib/aws-s3-notifications';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
// IMPORTS

class Shop extends Stack {
  constructor(scope: App, id: string) {
    super(scope, id);
    const fn = new Fn(this, 'Api', {
      functionName: 'shop-api', runtime: Runtime.NODEJS_22_X, handler: 'index.handler', code: Code.fromAsset('src'),
    });
    // LINES
    const called: IFunction = fn;
    new HttpApi(this, 'Http', { defaultIntegration: new HttpLambdaIntegration('Integration', called) });
    new LambdaRestApi(this, 'Rest', { handler: called });
    called.addEventSource(new SqsEventSource(new Queue(this, 'Jobs')));
    new Rule(this, 'Tick', { schedule: Schedule.rate(Duration.hours(1)), targets: [new LambdaFunction(called)] });
    new Topic(this, 'News').addSubscription(new LambdaSubscription(called));
    new Bucket(this, 'Photos').addEventNotification(EventType.OBJECT_CREATED, new LambdaDestination(called));
  }
}
new Shop(new App(), 'Shop');
`;

let project: Project;
const folders: string[] = [];
beforeAll(() => {
  project = aProject({ 'src/index.js': 'exports.handler = async () => ({ statusCode: 200 });', 'app.ts': app });
});
afterAll(() => {
  for (const folder of [...folders, project.folder]) rmSync(folder, { recursive: true });
});

async function synthesised(): Promise<string> {
  const copy = copyOfApp(project.folder);
  const { folder } = await synthesise(copy);
  folders.push(copy, folder);
  return relative(project.folder, folder);
}

test('a CDK app with the lines of its snippet, synthesised again, misses nothing, and its spec can be registered', async () => {
  const file = join(project.folder, 'lines.ts');
  const first = await project.init(await synthesised(), '--write-snippet', file);
  expect(sentences(first.said, 'missing').join('\n')).toMatch(
    /no alias live[\s\S]*The queue ApiSqsEventSource\w+ calls past the alias[\s\S]*The bucket notification Photos/,
  );
  expect(readServiceFile(join(project.folder, 'slipway.yml')).target).toEqual({
    kind: 'lambda',
    function: 'shop-api',
    alias: 'live',
  });

  const lines = project.read('lines.ts').split('\n');
  const imports = lines.filter((line) => line.startsWith('import '));
  const others = lines.filter((line) => !line.startsWith('import '));
  project.write(
    'app.ts',
    app
      .replace('// IMPORTS', imports.join('\n'))
      .replace('// LINES', () => others.join('\n'))
      .replace('IFunction = fn', 'IFunction = live'),
  );
  const second = await project.init(await synthesised(), '--check');
  expect(sentences(second.said, 'missing')).toEqual([]);
  expect(second.code).toBe(0);
});

test('an alias on currentVersion moves with the code and loses the version before, and the report says both', async () => {
  const alias = "const live = new Alias(this, 'Live', { aliasName: 'live', version: fn.currentVersion });";
  project.write(
    'app.ts',
    app
      .replace('// IMPORTS', "import { Alias } from 'aws-cdk-lib/aws-lambda';")
      .replace('// LINES', alias)
      .replace('IFunction = fn', 'IFunction = live'),
  );
  const { said } = await project.init(await synthesised(), '--check');
  const missing = sentences(said, 'missing').join('\n');
  expect(missing).toMatch(/live moves to the new version with every deployment of the stack/);
  expect(missing).toMatch(/The version behind the alias live is deleted when the next one comes/);
  expect(said).toMatch(/First deploy with currentVersionOptions/);
});
