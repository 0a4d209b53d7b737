/** Whole rollouts without a person: forward by the plan, back by an alarm, as the function's own alias shows them. */
import { DeleteAliasCommand, GetAliasCommand, InvokeCommand, UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { pinAlias } from '../../src/domain/lambda/pin.ts';
import { eventually } from '../cluster/eventually.ts';
import { SERVICE, type Stage } from './a-stage.ts';
import { carryAlarm } from './alarm-courier.ts';
import { readAlias, watchAlias } from './alias-weights.ts';
import { type Ask, founds, proves } from './claims.ts';
import { deploy, deployAndHold, type Plan, untilEnded, untilEntry, untilNewest } from './rollout-stage.ts';
import { executionArn, nameOf } from './slipway-stack.ts';
import { stateOf } from './target.ts';

const PLAN: Plan = [
  { setWeight: 10 },
  { bake: { seconds: 2 } },
  { judge: {} },
  { setWeight: 50 },
  { bake: { seconds: 2 } },
  { judge: {} },
];

export function rolloutClaims(stage: Ask<Stage>): void {
  founds('a service is registered over HTTP, and its preflight finds nothing that refuses a deployment', async () => {
    const { slipway, checkout } = stage();
    const target = { kind: 'lambda', function: checkout.name, alias: checkout.alias } as const;
    const spec = { name: SERVICE, target, strategy: PLAN, alarms: [checkout.alarm] };
    const { revision } = await slipway.client.putService({ name: SERVICE, spec });
    const { findings } = await slipway.client.checkService({ name: SERVICE });
    // MiniStack cannot search for metrics, so the check cannot know how often each name was called.
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    return `revision ${revision}`;
  });

  proves('a good version takes exactly the weights of its plan, and then all calls', async () => {
    const { account, checkout, onCall } = stage();
    const startedAt = Date.now();
    const alias = await watchAlias(account, checkout);
    const { id } = await deploy(stage(), { says: 'good news' });
    expect(await untilEnded(stage(), id)).toMatchObject({ status: 'promoted', atPercent: 100 });
    const seconds = (Date.now() - startedAt) / 1_000;
    const weights = await alias.stop();
    expect(weights).toEqual([0, 10, 50, 100]);
    expect(await checkout.call()).toBe('good news');
    expect(await onCall.until(id, 'deployment promoted')).toMatchObject({ severity: 'info' });
    return `the alias held ${weights.join(', ')} %; ${seconds.toFixed(1)} s with two bakes of 2 s; the notice came through SNS to SQS`;
  });

  proves('the timeline of a rollout has no gap, and says what was done and why', async () => {
    const { client } = stage().slipway;
    const [latest] = (await client.listDeployments({ service: SERVICE })).items;
    const { timeline } = await client.readDeployment({ id: latest?.id ?? '' });
    expect(timeline.map(({ sequence }) => sequence)).toEqual(timeline.map((_, index) => index + 1));
    expect(timeline.filter(({ kind }) => kind === 'TrafficShifted' || kind === 'Promoted')).toHaveLength(3);
    const { verdicts } = await client.explainDeployment({ id: latest?.id ?? '' });
    expect(verdicts.map(({ kind }) => kind)).toEqual(['VerdictReached', 'VerdictReached', 'DeploymentPromoted']);
    return `${timeline.length} entries, two verdicts`;
  });

  proves('a red alarm rolls a version back', async () => {
    const { account, checkout, onCall } = stage();
    const before = await readAlias(account, checkout);
    const alias = await watchAlias(account, checkout);
    const id = await deployAndHold(stage(), { says: 'bad news' });
    const at = await turnRed(stage());
    expect(await untilEnded(stage(), id)).toMatchObject({ status: 'rolledBack', atPercent: 0 });
    expect(await alias.stop()).toEqual([0, 20, 0]);
    expect(await readAlias(account, checkout)).toMatchObject({ version: before.version, percent: 0 });
    expect(await checkout.call()).toBe('good news');
    expect(await onCall.until(id, 'deployment rolled back')).toMatchObject({ severity: 'warning' });
    return `${alias.zeroAt() - at} ms from the event to weight 0; the notice came`;
  });

  proves('an alarm whose event was lost rolls a version back at the next tick', async () => {
    const { account, checkout } = stage();
    const id = await deployAndHold(stage(), { says: 'quietly bad news' });
    await account.cloudWatch.send(stateOf(checkout, { StateValue: 'ALARM', StateReason: 'three errors' }));
    await account.lambda.send(new InvokeCommand({ FunctionName: nameOf('observeRollouts'), Payload: '{}' }));
    expect(await untilEnded(stage(), id)).toMatchObject({ status: 'rolledBack' });
    return 'observeRollouts, as its schedule calls it';
  });

  proves(
    'a split that another tool or person set holds the rollout at the next tick, with the version before pinned',
    async () => {
      const { account, slipway, checkout } = stage();
      const { lambda } = account;
      const id = await deployAndHold(stage(), { says: 'pushed news' });
      const { version, canary } = await readAlias(account, checkout);
      const alias = { FunctionName: checkout.name, Name: checkout.alias };
      const pin = { FunctionName: checkout.name, Name: pinAlias(checkout) };
      // Then the alias has to be created again, which needs its own permission.
      await lambda.send(new DeleteAliasCommand(pin));
      const all = { FunctionVersion: canary ?? '', RoutingConfig: { AdditionalVersionWeights: {} } };
      await lambda.send(new UpdateAliasCommand({ ...alias, ...all }));
      await eventually(async () => {
        await lambda.send(new InvokeCommand({ FunctionName: nameOf('observeRollouts'), Payload: '{}' }));
        const { timeline } = await slipway.client.readDeployment({ id });
        expect(timeline).toContainEqual(expect.objectContaining({ kind: 'TrafficMovedByOthers', by: 'unknown' }));
      });
      expect(await untilEntry(stage(), { id, kind: 'HoldStarted' })).toMatchObject({ status: 'paused' });
      expect(await lambda.send(new GetAliasCommand(pin))).toMatchObject({ FunctionVersion: version });
      await slipway.client.abortDeployment({ id, reason: 'not by us' });
      expect(await untilEnded(stage(), id)).toMatchObject({ status: 'rolledBack' });
      expect(await readAlias(account, checkout)).toMatchObject({ version, percent: 0 });
      return 'by the role of observeRollouts';
    },
  );

  proves('within the watch after 100 %, a red alarm undoes the promotion', async () => {
    const { account, slipway, checkout } = stage();
    const { version } = await readAlias(account, checkout);
    const { id } = await deploy(stage(), { says: 'late bad news', strategy: [] });
    expect(await untilEnded(stage(), id)).toMatchObject({ status: 'promoted' });
    expect(await checkout.call()).toBe('late bad news');
    await turnRed(stage());
    const undo = await untilNewest(stage(), ({ kind }) => kind === 'rollback');
    expect(await untilEnded(stage(), undo.id)).toMatchObject({ status: 'rolledBack', replaces: id });
    expect(await readAlias(account, checkout)).toMatchObject({ version, percent: 0 });
    expect(await slipway.client.readDeployment({ id })).toMatchObject({ replacedBy: undo.id });
    return `back on version ${version}`;
  });

  proves('after a person stops an execution, its deployment is settled and the canary has no traffic', async () => {
    const { account, checkout } = stage();
    const id = await deployAndHold(stage(), { says: 'stopped news' });
    await account.steps.send(new StopExecutionCommand({ executionArn: executionArn(id) }));
    expect(await untilEnded(stage(), id)).toMatchObject({ status: 'rolledBack' });
    expect(await readAlias(account, checkout)).toMatchObject({ percent: 0 });
    return 'the event came from Step Functions by EventBridge';
  });
}

/** Sets the alarm of the function to red by hand. Resolves with the time at which the event was sent. */
async function turnRed({ account, checkout, does }: Stage): Promise<number> {
  const at = Date.now();
  await account.cloudWatch.send(stateOf(checkout, { StateValue: 'ALARM', StateReason: 'three errors' }));
  if (does.sendAlarmEvents) return at;
  const carried = await carryAlarm(account, checkout.alarm);
  expect(carried.to).toEqual([expect.stringContaining(nameOf('remediateAlarm'))]);
  return carried.at;
}
