/** State machines of a few lines that show how the emulator runs them. They are removed afterwards. */

import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { Account } from './account.ts';

const EVERY_MS = 100;

export interface ProbeMachine {
  readonly arn: string;
  readonly executionArn: string;
  /** The state of the execution when it has ended, or when the time is over. */
  outcome(withinMs: number): Promise<DescribeExecutionOutput>;
  remove(): Promise<void>;
}

/**
 * Starts one execution of a machine with a single state. The role of the machine may do what `actions` say, on all
 * resources.
 */
export async function runMachine(
  account: Account,
  order: { name: string; state: object; input?: object; actions: readonly string[] },
): Promise<ProbeMachine> {
  const { steps } = account;
  const role = await makeRole(account, { name: order.name, service: 'states.amazonaws.com', actions: order.actions });
  const definition = JSON.stringify({ StartAt: 'Only', States: { Only: { ...order.state, End: true } } });
  const made = await steps.send(new CreateStateMachineCommand({ name: order.name, roleArn: role.arn, definition }));
  const stateMachineArn = made.stateMachineArn ?? '';
  const start = new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(order.input ?? {}) });
  const { executionArn = '' } = await steps.send(start);
  const describe = () => steps.send(new DescribeExecutionCommand({ executionArn }));
  return {
    arn: stateMachineArn,
    executionArn,
    async outcome(withinMs) {
      const endsAt = Date.now() + withinMs;
      let found = await describe();
      while (found.status === 'RUNNING' && Date.now() < endsAt) {
        await sleep(EVERY_MS);
        found = await describe();
      }
      return found;
    },
    async remove() {
      if ((await describe()).status === 'RUNNING') {
        // It may end by itself between the two calls.
        await steps.send(new StopExecutionCommand({ executionArn })).catch(async (error: unknown) => {
          if ((await describe()).status === 'RUNNING') throw error;
        });
      }
      await steps.send(new DeleteStateMachineCommand({ stateMachineArn }));
      await role.remove();
    },
  };
}

export interface ProbeRole {
  readonly arn: string;
  remove(): Promise<void>;
}

/** `service` is the service that may assume the role. Without it the account itself may. */
export async function makeRole(
  { iam }: Account,
  { name, service, actions }: { name: string; service?: string; actions: readonly string[] },
): Promise<ProbeRole> {
  const Principal = service === undefined ? { AWS: '*' } : { Service: service };
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }] };
  const which = { RoleName: `${name}-role` };
  const order = { ...which, AssumeRolePolicyDocument: JSON.stringify(trust) };
  const { Role } = await iam.send(new CreateRoleCommand(order));
  const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] };
  const named = { ...which, PolicyName: 'probe' };
  if (actions.length > 0) {
    await iam.send(new PutRolePolicyCommand({ ...named, PolicyDocument: JSON.stringify(policy) }));
  }
  return {
    arn: Role?.Arn ?? '',
    async remove() {
      if (actions.length > 0) await iam.send(new DeleteRolePolicyCommand(named));
      await iam.send(new DeleteRoleCommand(which));
    },
  };
}
