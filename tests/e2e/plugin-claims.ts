/**
 * The plugin adopts a service that a team deploys by `serverless deploy`. A good release is promoted, and a release
 * that answers 500 is rolled back.
 */
import { GetApisCommand } from '@aws-sdk/client-apigatewayv2';
import { DescribeAlarmsCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { eventually } from '../cluster/eventually.ts';
import type { Stage } from './a-stage.ts';
import { carryAlarm } from './alarm-courier.ts';
import { readAlias } from './alias-weights.ts';
import { type Ask, proves } from './claims.ts';
import type { ServerlessRun } from './serverless.ts';
import { addressOf, tokenFor } from './slipway-stack.ts';
import { stateOf } from './target.ts';
import { aTeamService, TEAM_FUNCTION, type TeamService } from './team-service.ts';

const LIVE = { name: TEAM_FUNCTION, alias: 'live' };
const ALARMS = [`${TEAM_FUNCTION}-errors`, `${TEAM_FUNCTION}-server-errors`] as const;
const [, SERVER_ERRORS] = ALARMS;

export function pluginClaims(stage: Ask<Stage>): void {
  let team: TeamService;

  proves('the plugin gives a service that is already deployed its alias, on the present code', async () => {
    const { account, slipway } = stage();
    team = aTeamService();
    team.write({ status: 200, says: 'before Slipway' });
    await team.deploy();
    expect(await order(stage())).toEqual({ status: 200, says: 'before Slipway' });

    process.env.SLIPWAY_TOKEN = await tokenFor({ role: 'admin', subject: 'team@acme' });
    team.adopt(slipway.apiUrl);
    const { output, seconds } = await team.deploy();
    expect(output).toContain(`${TEAM_FUNCTION} is registered: ${TEAM_FUNCTION}:live`);
    expect(output).toContain('api is unchanged');
    // The framework had published version 1 of this same code. CloudFormation would refuse to publish the code again.
    expect(await readAlias(account, LIVE)).toMatchObject({ version: '2', percent: 0 });
    expect(await order(stage())).toEqual({ status: 200, says: 'before Slipway' });
    await quieten(stage());
    return `serverless deploy took ${seconds.toFixed(0)} s`;
  });

  proves('serverless deploy promotes a good release by a rollout, and no call reaches it before', async () => {
    const { account } = stage();
    team.write({ status: 200, says: 'good news' });
    const deploying = team.deploy();
    await untilHeld(stage(), { version: '2', percent: 20 });
    const { output, seconds } = await deploying;
    expect(output).toMatch(/traffic shifted: .*\(20 %\)[\s\S]*deployment promoted/);
    expect(await readAlias(account, LIVE)).toMatchObject({ version: '3', percent: 0 });
    expect(await order(stage())).toEqual({ status: 200, says: 'good news' });
    return `${seconds.toFixed(0)} s`;
  });

  proves('a release that answers 500 is rolled back, and the command fails', async () => {
    const { account } = stage();
    await quieten(stage());
    team.write({ status: 500, says: 'bad news' });
    const deploying: Promise<ServerlessRun | Error> = team.deploy().catch((error: Error) => error);
    await untilHeld(stage(), { version: '3', percent: 20 });
    await meetServerErrors(stage());
    const ended = await deploying;
    expect(ended).toBeInstanceOf(Error);
    expect(String(ended)).toMatch(/ended with 1:[\s\S]*version 4 was taken back: .*server-errors/);
    expect(await readAlias(account, LIVE)).toMatchObject({ version: '3', percent: 0 });
    expect(await order(stage())).toEqual({ status: 200, says: 'good news' });
    return 'exit code 1; users have the version before';
  });

  proves('serverless remove deletes the service and its versions', async () => {
    delete process.env.SLIPWAY_TOKEN;
    await team.remove();
    await stage().slipway.client.removeService({ name: TEAM_FUNCTION });
    return '';
  });
}

/** What a user of the team's API gets. */
async function order({ account }: Stage): Promise<{ readonly status: number; readonly says: string }> {
  const { Items = [] } = await account.apiGateway.send(new GetApisCommand());
  const api = Items.find(({ Name }) => Name === 'e2e-shop');
  const answer = await fetch(`${await addressOf(account, api?.ApiId ?? '')}/orders`);
  return { status: answer.status, says: await answer.text() };
}

/** Waits while the framework packages and deploys the stack, which takes its time. */
async function untilHeld({ account }: Stage, held: { readonly version: string; readonly percent: number }) {
  await eventually(async () => expect(await readAlias(account, LIVE)).toMatchObject(held), 300_000);
}

/** Does what a minute without errors would do. */
async function quieten({ account }: Stage): Promise<void> {
  for (const alarm of ALARMS)
    await account.cloudWatch.send(stateOf({ alarm }, { StateValue: 'OK', StateReason: 'no errors' }));
}

/**
 * The emulator sends no call of an alias to the canary, and makes no metrics from the output of a function. So the test
 * calls the canary by the number of its version, and carries its output to CloudWatch. CloudWatch then turns the alarm
 * red itself.
 */
async function meetServerErrors({ account, does }: Stage): Promise<void> {
  const { canary } = await readAlias(account, LIVE);
  await account.lambda.send(new InvokeCommand({ FunctionName: TEAM_FUNCTION, Qualifier: canary ?? '' }));
  const counted = await eventually(async () => {
    const { events = [] } = await account.logs.send(
      new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${TEAM_FUNCTION}` }),
    );
    const line = events.map(({ message = '' }) => message).find((text) => text.includes('"ServerErrors":1'));
    if (line === undefined) throw new Error(`No server error in ${events.length} lines of the log.`);
    return JSON.parse(line.slice(line.indexOf('{')));
  });
  const Dimensions = ['FunctionName', 'Resource'].map((Name) => ({ Name, Value: counted[Name] }));
  const datum = { MetricName: 'ServerErrors', Value: counted.ServerErrors, Dimensions };
  await account.cloudWatch.send(new PutMetricDataCommand({ Namespace: 'Slipway/Services', MetricData: [datum] }));
  const { MetricAlarms } = await account.cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: [SERVER_ERRORS] }));
  expect(MetricAlarms).toMatchObject([{ StateValue: 'ALARM' }]);
  if (!does.sendAlarmEvents) await carryAlarm(account, SERVER_ERRORS);
}
