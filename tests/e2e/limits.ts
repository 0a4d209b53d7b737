/**
 * What these tests checked in the emulator. Where the emulator falls short, this file names the test that proves the
 * behaviour of Slipway.
 */
import { ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { DescribeStateMachineForExecutionCommand, UpdateStateMachineCommand } from '@aws-sdk/client-sfn';
import type { Account } from './account.ts';
import { alarmEventsArrive } from './alarm-events.ts';
import { probe } from './claims.ts';
import { mayReadAlias } from './emulator-actions.ts';
import { runMachine } from './probe-machines.ts';
import { mayAlarmsCalculate } from './refused-alarms.ts';
import { aTarget, type Target } from './target.ts';
import { refusesBeyondLimits } from './throttled-api.ts';
import { mayPublishToTlsOnly } from './tls-only.ts';

export interface EmulatorDoes {
  readonly endWaits: boolean;
  readonly sendAlarmEvents: boolean;
  readonly askForTheActionsOfAws: boolean;
  readonly makeAlarmsOnExpressions: boolean;
  readonly speakTls: boolean;
}

const CALLS = 20;
const ENDS_WITHIN_MS = 3_000;

/** Needs code in the account, so that functions can be called. */
export async function findLimits(account: Account): Promise<EmulatorDoes> {
  const target = await aTarget(account, { name: 'probe' });
  try {
    const does = {
      endWaits: await endsWaits(account),
      sendAlarmEvents: await sendsAlarmEvents(account, target),
      askForTheActionsOfAws: await asksForTheActionsOfAws(account, target),
      makeAlarmsOnExpressions: await makesAlarmsOnExpressions(account),
      speakTls: await speaksTls(account),
    };
    await keepsDefinitions(account);
    await namesErrors(account, target);
    await asksMachinesForTheirRole(account, target);
    await startsBuilds(account);
    await splitsCalls(account, target);
    await measuresVersions(account);
    await throttlesRequests(account, target);
    return does;
  } finally {
    await target.remove();
  }
}

/** A state that waits for a token, which no caller answers. */
const waiting = {
  Type: 'Task',
  Resource: 'arn:aws:states:::aws-sdk:sfn:listStateMachines.waitForTaskToken',
  Parameters: { MaxResults: 1 },
  TimeoutSecondsPath: '$.seconds',
};

const endsWaits = (account: Account) =>
  probe({
    limit: 'A wait whose length is given by TimeoutSecondsPath never ends by itself.',
    roundIt:
      'a clock of the test reads the length from the API, and fails the token with States.Timeout when it is over',
    provedBy: [
      { file: 'tests/workflows/runner.test.ts', says: 'a wait that nobody answers lasts as long as the state says' },
    ],
    async isLikeAws() {
      const order = {
        name: 'probe-wait',
        state: waiting,
        input: { seconds: 1 },
        actions: ['states:ListStateMachines'],
      };
      const machine = await runMachine(account, order);
      const { status } = await machine.outcome(ENDS_WITHIN_MS);
      await machine.remove();
      return status !== 'RUNNING';
    },
  });

const sendsAlarmEvents = (account: Account, target: Target) =>
  probe({
    limit: 'CloudWatch sends no event to EventBridge when an alarm changes its state.',
    roundIt:
      'a courier of the test asks EventBridge which deployed rules match the event, and calls their targets with it',
    provedBy: [
      {
        file: 'tests/twin/cloud-events.test.ts',
        says: 'a red alarm reaches the listener that the shipped serverless.yml names',
      },
    ],
    isLikeAws: () => alarmEventsArrive(account, target),
  });

const asksForTheActionsOfAws = (account: Account, target: Target) =>
  probe({
    limit: 'For some calls, roles are asked for other actions than those of AWS.',
    roundIt:
      'the roles of the stack also get these few actions after the deployment; all other actions stay as deployed',
    provedBy: [
      { file: 'tests/repo/serverless.test.ts', says: 'only the functions that move traffic may move an alias' },
    ],
    isLikeAws: () => mayReadAlias(account, target),
  });

const makesAlarmsOnExpressions = (account: Account) =>
  probe({
    limit: 'CloudFormation refuses alarms on more than one metric.',
    roundIt: 'a plugin of the test leaves these out of the template, prints which, and leaves all else as it is',
    provedBy: [{ file: 'tests/repo/stack.test.ts', says: 'every alarm pages, and says what to do' }],
    isLikeAws: () => mayAlarmsCalculate(account),
  });

const speaksTls = (account: Account) =>
  probe({
    limit: 'The tests reach it by plain HTTP, which the policies of the topics and of the bucket refuse.',
    roundIt: 'that one statement is removed from the deployed policies',
    provedBy: [
      {
        file: 'tests/repo/stack.test.ts',
        says: 'from outside, only the right services of AWS may write to topics and queues, and only for this stage',
      },
    ],
    isLikeAws: () => mayPublishToTlsOnly(account),
  });

const keepsDefinitions = (account: Account) =>
  probe({
    limit: 'DescribeStateMachineForExecution answers with the newest definition, not with that of the execution.',
    roundIt: 'the output of a rollout in flight shows which code it runs',
    provedBy: [
      {
        file: 'tests/repo/serverless.test.ts',
        says: 'every task of a state machine is a function whose version is kept',
      },
    ],
    async isLikeAws() {
      const order = {
        name: 'probe-update',
        state: waiting,
        input: { seconds: 60 },
        actions: ['states:ListStateMachines'],
      };
      const machine = await runMachine(account, order);
      const definition = JSON.stringify({ StartAt: 'Newer', States: { Newer: { Type: 'Succeed' } } });
      await account.steps.send(new UpdateStateMachineCommand({ stateMachineArn: machine.arn, definition }));
      const { executionArn } = machine;
      const shown = await account.steps.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
      await machine.remove();
      return !shown.definition?.includes('Newer');
    },
  });

const namesErrors = (account: Account, target: Target) =>
  probe({
    limit: 'The name of an error that a function throws is lost on its way to the state machine: no Retry matches it.',
    provedBy: [{ file: 'tests/workflows/runner.test.ts', says: 'a Transient error is tried again for some minutes' }],
    async isLikeAws() {
      const { error } = await outcomeOf(account, { name: 'probe-errors', target, payload: { fail: 'Transient' } });
      return error === 'Transient';
    },
  });

const asksMachinesForTheirRole = (account: Account, target: Target) =>
  probe({
    limit: 'A state machine calls functions that its role does not let it call.',
    provedBy: [
      { file: 'tests/repo/stack-rules.ts', says: 'a state machine may call the functions of its tasks alone' },
    ],
    async isLikeAws() {
      const { status } = await outcomeOf(account, { name: 'probe-role', target, payload: {}, actions: [] });
      return status === 'FAILED';
    },
  });

const startsBuilds = (account: Account) =>
  probe({
    limit: 'No state can start a build and wait for it, so rollouts on Kubernetes are not shown here.',
    provedBy: [
      { file: 'tests/cluster/rollout.test.ts', says: 'an alarm rolls a bad canary back to no canary pod' },
      { file: 'tests/workflows/cluster-paths.ts', says: 'a red alarm ends the bake, and no pod of the canary is left' },
    ],
    async isLikeAws() {
      const Parameters = { ProjectName: 'probe-none' };
      const state = { Type: 'Task', Resource: 'arn:aws:states:::codebuild:startBuild.sync', Parameters };
      const machine = await runMachine(account, { name: 'probe-build', state, actions: ['codebuild:StartBuild'] });
      const { error } = await machine.outcome(ENDS_WITHIN_MS);
      await machine.remove();
      return error?.startsWith('CodeBuild.') ?? false;
    },
  });

const splitsCalls = (account: Account, target: Target) =>
  probe({
    limit: 'The weights of an alias are stored and shown, but all calls go to one version.',
    provedBy: [{ file: 'tests/twin/cloud-lambda.test.ts', says: 'single calls follow the weights of the alias' }],
    async isLikeAws() {
      const other = await target.publish('the other version');
      const RoutingConfig = { AdditionalVersionWeights: { [other]: 0.5 } };
      await account.lambda.send(
        new UpdateAliasCommand({ FunctionName: target.name, Name: target.alias, RoutingConfig }),
      );
      const said = new Set<string>();
      for (let call = 0; call < CALLS; call += 1) said.add(await target.call());
      return said.size === 2;
    },
  });

const measuresVersions = (account: Account) =>
  probe({
    limit: 'Lambda measures whole functions, not the versions behind an alias: a judge with thresholds sees nothing.',
    provedBy: [
      {
        file: 'tests/aws/cloudwatch-metrics.test.ts',
        says: 'a query asks in one call for three metrics of each version by all dimensions',
      },
      { file: 'tests/contracts/cloud-metrics.ts', says: 'each closed period has what both versions did' },
    ],
    async isLikeAws() {
      const Dimensions = [{ Name: 'ExecutedVersion' }];
      const { Metrics = [] } = await account.cloudWatch.send(
        new ListMetricsCommand({ Namespace: 'AWS/Lambda', Dimensions }),
      );
      return Metrics.length > 0;
    },
  });

const throttlesRequests = (account: Account, target: Target) =>
  probe({
    limit: 'A stage of an HTTP API refuses nothing beyond its limits.',
    provedBy: [
      {
        file: 'tests/repo/stack.test.ts',
        says: 'callers have a limit, rollbacks have their own limits, and the stage waits for the routes that it names',
      },
    ],
    isLikeAws: () => refusesBeyondLimits(account, target),
  });

async function outcomeOf(
  account: Account,
  order: { name: string; target: Target; payload: object; actions?: readonly string[] },
) {
  const { name, target, payload: Payload, actions = ['lambda:InvokeFunction'] } = order;
  const Parameters = { FunctionName: target.name, Payload };
  const state = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Parameters };
  const machine = await runMachine(account, { name, state, actions });
  const outcome = await machine.outcome(ENDS_WITHIN_MS);
  await machine.remove();
  return outcome;
}
