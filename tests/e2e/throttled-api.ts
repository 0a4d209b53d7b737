/** Finds out whether a stage of an HTTP API refuses requests above its limits, as API Gateway does. */
import {
  CreateApiCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateStageCommand,
  DeleteApiCommand,
} from '@aws-sdk/client-apigatewayv2';
import { AddPermissionCommand, GetFunctionCommand } from '@aws-sdk/client-lambda';
import type { Account } from './account.ts';
import { addressOf } from './slipway-stack.ts';
import type { Target } from './target.ts';

const REQUESTS = 20;

export async function refusesBeyondLimits(account: Account, { name }: Target): Promise<boolean> {
  const { apiGateway, lambda } = account;
  const { Configuration } = await lambda.send(new GetFunctionCommand({ FunctionName: name }));
  const Principal = 'apigateway.amazonaws.com';
  const permission = { FunctionName: name, StatementId: 'probe', Action: 'lambda:InvokeFunction', Principal };
  await lambda.send(new AddPermissionCommand(permission));
  const { ApiId = '' } = await apiGateway.send(new CreateApiCommand({ Name: 'probe-limits', ProtocolType: 'HTTP' }));
  try {
    const toFunction = { IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' } as const;
    const order = { ApiId, ...toFunction, IntegrationUri: Configuration?.FunctionArn };
    const { IntegrationId } = await apiGateway.send(new CreateIntegrationCommand(order));
    await apiGateway.send(
      new CreateRouteCommand({ ApiId, RouteKey: 'GET /probe', Target: `integrations/${IntegrationId}` }),
    );
    const DefaultRouteSettings = { ThrottlingRateLimit: 1, ThrottlingBurstLimit: 1 };
    const stage = { ApiId, StageName: '$default', AutoDeploy: true, DefaultRouteSettings };
    await apiGateway.send(new CreateStageCommand(stage));
    const address = `${await addressOf(account, ApiId)}/probe`;
    const answers = await Promise.all(Array.from({ length: REQUESTS }, () => fetch(address)));
    const seen = new Set(answers.map(({ status }) => status));
    if (!seen.has(200)) throw new Error(`The API of the probe answers ${[...seen].join(', ')}, and never 200.`);
    return seen.has(429);
  } finally {
    await apiGateway.send(new DeleteApiCommand({ ApiId }));
  }
}
