/** Plants faults that a person could make in a state machine, with the message that each must give. */
import type { PackagedResource } from './packaged-template.ts';
import type { PlantedFault } from './planted-faults.ts';
import { PASSING } from './retry-rules.ts';
import type { StackClaim } from './stack-rules.ts';

// biome-ignore lint/suspicious/noExplicitAny: a template to break has no shape that is worth a type
export type Breakable = any;

export const ROLLOUT = 'SlipwayDashdevDashrollout';
const REPEATED: StackClaim = 'every task is repeated after what passes by itself';

export const PLANTED_MACHINE_FAULTS: readonly PlantedFault[] = [
  {
    breaks: 'every state machine is valid',
    by: 'a task without a resource',
    says: /^SlipwayDashdevDashrollout: .*Correct the state machine/,
    plant: inStates((states) => {
      states.Promote.Resource = undefined;
    }),
  },
  {
    breaks: 'every state leads somewhere',
    by: 'a misspelt next state',
    says: /^SlipwayDashdevDashrollout: Promote leads to AfterTrafic, and there is no such state/,
    plant: inStates((states) => {
      states.Promote.Next = 'AfterTrafic';
      states.Promoted.Next = 'AfterTraffic';
    }),
  },
  {
    breaks: 'every state leads somewhere',
    by: 'a state that nothing leads to',
    says: /^SlipwayDashdevDashrollout: nothing leads to Forgotten/,
    plant: inStates((states) => {
      states.Forgotten = { Type: 'Succeed' };
    }),
  },
  {
    breaks: 'every task names a version',
    by: 'a task whose code changes under a rollout in flight',
    says: /^SlipwayDashdevDashrollout: Promote calls .*promote.*, which is no version/,
    plant: inStates((states) => {
      states.Promote.Parameters.FunctionName = 'slipway-dev-promote';
    }),
  },
  {
    breaks: 'a state machine may call the functions of its tasks alone',
    by: 'a function that no task calls',
    says: /^SlipwayDashdevDashrollback may call StartDeploymentLambdaFunction, and has no task for it/,
    plant: ({ SlipwayDashdevDashrollbackRole: role }) => {
      statements(role)[0].Resource.push({ 'Fn::GetAtt': ['StartDeploymentLambdaFunction', 'Arn'] });
    },
  },
  ...PASSING.map((name) => ({
    breaks: REPEATED,
    by: `a task that is not repeated after ${name}`,
    says: new RegExp(`^SlipwayDashdevDashrollout: JudgeCanary gives up after one ${name}\\.`),
    plant: inStates((states) => {
      for (const retrier of states.JudgeCanary.Retry)
        retrier.ErrorEquals = retrier.ErrorEquals.filter((one: string) => one !== name);
    }),
  })),
  {
    breaks: REPEATED,
    by: 'a task whose retries are none',
    says: /^SlipwayDashdevDashrollout: Promote gives up after one States.Timeout/m,
    plant: inStates((states) => {
      for (const retrier of states.Promote.Retry) retrier.MaxAttempts = 0;
    }),
  },
  {
    breaks: REPEATED,
    by: 'a wait that begins again when it is over',
    says: /^SlipwayDashdevDashrollout: Bake repeats the timeout by which its wait ends/,
    plant: inStates((states) => {
      states.Bake.Retry = states.Promote.Retry;
    }),
  },
  {
    breaks: REPEATED,
    by: 'a way back that gives up where the way forward would',
    says: /^SlipwayDashdevDashrollout: RollBack has nothing behind it but a page, and does not repeat States.TaskFailed/,
    plant: inStates((states) => {
      states.RollBack.Retry = states.Promote.Retry;
    }),
  },
  {
    breaks: REPEATED,
    by: 'a bug that is repeated on the way forward',
    says: /^SlipwayDashdevDashrollout: Promote repeats States.TaskFailed, so a bug too, and there is a way back/,
    plant: inStates((states) => {
      states.Promote.Retry = states.RollBack.Retry;
    }),
  },
  {
    breaks: REPEATED,
    by: 'a task that repeats everything',
    says: /^SlipwayDashdevDashrollout: Promote repeats States.ALL, which hides every bug/,
    plant: inStates((states) => {
      states.Promote.Retry = [{ ErrorEquals: ['States.ALL'] }];
    }),
  },
];

function inStates(change: (states: Breakable) => void): (resources: Breakable) => void {
  return (resources) => {
    const packed = resources[ROLLOUT].Properties.DefinitionString['Fn::Sub'];
    const definition = JSON.parse(packed[0]);
    change(definition.States);
    packed[0] = JSON.stringify(definition);
  };
}

export function statements(role: PackagedResource): Breakable[] {
  return (role.Properties as Breakable).Policies[0].PolicyDocument.Statement;
}
