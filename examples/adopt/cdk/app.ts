/** The stack shop-prod. The CDK makes the functions, their triggers and the alias `live`; Slipway moves the alias. */
import { App, CfnOutput, Duration, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Alarm, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Alias, Code, Function as LambdaFunction, Runtime, Version } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue } from 'aws-cdk-lib/aws-sqs';

const app = new App();
const stack = new Stack(app, 'shop-prod');
const code = Code.fromAsset(`${import.meta.dirname}/src`);

const api = shopFunction('api');
// Every trigger takes the alias, and none takes the function.
const http = new HttpApi(stack, 'Http');
const integration = new HttpLambdaIntegration('Products', api.live);
http.addRoutes({ path: '/products', methods: [HttpMethod.GET], integration });
new CfnOutput(stack, 'Url', { value: http.apiEndpoint });

const jobs = shopFunction('jobs');
jobs.live.addEventSource(new SqsEventSource(new Queue(stack, 'Packing')));

new Alarm(stack, 'ApiErrors', {
  alarmName: 'shop-prod-api-errors',
  metric: api.live.metricErrors({ period: Duration.minutes(1) }),
  evaluationPeriods: 1,
  threshold: 1,
  treatMissingData: TreatMissingData.NOT_BREACHING,
});

app.synth();

function shopFunction(name: 'api' | 'jobs') {
  const fn = new LambdaFunction(stack, name, {
    functionName: `shop-prod-${name}`,
    runtime: Runtime.NODEJS_22_X,
    handler: `shop.${name}`,
    code,
  });
  Tags.of(fn).add('slipway:managed', 'true');
  // `fn.currentVersion` would be another version for each release: the stack would move the alias and delete the one before.
  const first = new Version(fn, 'FirstVersion', { lambda: fn, removalPolicy: RemovalPolicy.RETAIN });
  return { fn, live: new Alias(fn, 'Live', { aliasName: 'live', version: first }) };
}
