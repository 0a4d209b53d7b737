/**
 * Brings an alarm's change of state to the stack where the emulator sends no such event. It makes the event from the
 * alarm, asks EventBridge which of the deployed rules match, and calls their targets as EventBridge would.
 */

import { randomUUID } from 'node:crypto';
import { DescribeAlarmsCommand, type MetricAlarm } from '@aws-sdk/client-cloudwatch';
import {
  ListRulesCommand,
  ListTargetsByRuleCommand,
  type Rule,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { type BusEvent, busEvent } from '../../src/twin/events/bus-event.ts';
import type { Account } from './account.ts';

export interface Carried {
  /** The functions that got the event. They still work on it afterwards. */
  readonly to: readonly string[];
  readonly at: number;
}

export async function carryAlarm(account: Account, alarm: string): Promise<Carried> {
  const event = await eventOf(account, alarm);
  const to = await functionsFor(account, event);
  const at = Date.now();
  const Payload = JSON.stringify(event);
  for (const FunctionName of to) {
    await account.lambda.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload }));
  }
  return { to, at };
}

async function eventOf({ cloudWatch }: Account, name: string): Promise<BusEvent> {
  const { MetricAlarms } = await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: [name] }));
  const [alarm] = MetricAlarms ?? [];
  if (alarm === undefined) throw new Error(`There is no alarm ${name}.`);
  const at = turnedAt(alarm);
  const state = {
    value: alarm.StateValue,
    reason: alarm.StateReason,
    timestamp: at.toISOString().replace('Z', '+0000'),
  };
  const [, , , region = '', owner = ''] = (alarm.AlarmArn ?? '').split(':');
  const event = busEvent({
    id: randomUUID(),
    at: at.getTime(),
    source: 'aws.cloudwatch',
    'detail-type': 'CloudWatch Alarm State Change',
    resources: [alarm.AlarmArn ?? ''],
    detail: { alarmName: name, state, previousState: { value: 'OK' } },
  });
  return { ...event, account: owner, region };
}

function turnedAt({ StateTransitionedTimestamp, StateUpdatedTimestamp }: MetricAlarm): Date {
  return StateTransitionedTimestamp ?? StateUpdatedTimestamp ?? new Date();
}

async function functionsFor(account: Account, event: BusEvent): Promise<string[]> {
  const { Rules = [] } = await account.events.send(new ListRulesCommand());
  const matching = await Promise.all(
    Rules.map(async (rule) => ((await matches(account, { rule, event })) ? [rule] : [])),
  );
  const targets = await Promise.all(
    matching.flat().map(({ Name }) => account.events.send(new ListTargetsByRuleCommand({ Rule: Name }))),
  );
  return targets.flatMap(({ Targets = [] }) => Targets.map(({ Arn = '' }) => Arn));
}

async function matches({ events }: Account, { rule, event }: { rule: Rule; event: BusEvent }): Promise<boolean> {
  if (rule.EventPattern === undefined) return false;
  const question = { EventPattern: rule.EventPattern, Event: JSON.stringify(event) };
  return (await events.send(new TestEventPatternCommand(question))).Result ?? false;
}
