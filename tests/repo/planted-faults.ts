/**
 * Plants faults that a person could make, in a copy of the packaged template or in code, with the message that each
 * must give.
 */
import type { Packaged, PackagedResource } from './packaged-template.ts';
import { type Breakable, PLANTED_MACHINE_FAULTS, ROLLOUT, statements } from './planted-machine-faults.ts';
import type { StackClaim } from './stack-rules.ts';

export interface PlantedFault {
  readonly breaks: StackClaim;
  readonly by: string;
  readonly says: RegExp;
  readonly plant?: (resources: Breakable, template: Breakable) => void;
}

const PORT = 'src/functions/workflow/planted-port.ts';
const WAITER = 'src/functions/workflow/planted-waiter.ts';

/** Invented functions, by path. */
export const PLANTED_CODE: Readonly<Record<string, string>> = {
  [PORT]: `
    import { SFNClient } from '@aws-sdk/client-sfn';
    import { stepFunctionsReachable } from '../../aws/step-functions-workflows.ts';
    const ports = { workflows: stepFunctionsReachable(new SFNClient(), { rollout: '', rollback: '' }) };
    export const handler = async () => ports.workflows.check();`,
  [WAITER]: `
    import { LambdaClient, waitUntilFunctionActive } from '@aws-sdk/client-lambda';
    export const handler = () => waitUntilFunctionActive({ client: new LambdaClient(), maxWaitTime: 1 }, { FunctionName: 'f' });`,
};

const CALLS_GRANTS: StackClaim = 'what is called is granted, and what is granted is called';

export const PLANTED_FAULTS: readonly PlantedFault[] = [
  {
    breaks: CALLS_GRANTS,
    by: 'a permission that is missing',
    says: /^RollBackLambdaFunction needs lambda:UpdateAlias for src\/aws\/lambda-traffic.ts/,
    plant: ({ RollBackIamRoleLambdaExecution: role }) => withoutAction(role, 'lambda:UpdateAlias'),
  },
  {
    breaks: CALLS_GRANTS,
    by: 'a permission that nothing needs',
    says: /^ReadHealthLambdaFunction may lambda:DeleteFunction, and nothing that it runs calls it/,
    plant: ({ ReadHealthIamRoleLambdaExecution: role }) => withAction(role, 'lambda:DeleteFunction'),
  },
  {
    breaks: CALLS_GRANTS,
    by: 'a call through a port that no policy allows',
    says: /^ReadHealthLambdaFunction needs states:DescribeStateMachine for src\/aws\/step-functions-workflows.ts/,
    plant: runs(PORT),
  },
  {
    breaks: CALLS_GRANTS,
    by: 'a queue of failed events that may not be written to',
    says: /^RemediateAlarmLambdaFunction needs sqs:SendMessage for what it hands on to FailedEvents/,
    plant: ({ RemediateAlarmIamRoleLambdaExecution: role }) => withoutAction(role, 'sqs:SendMessage'),
  },
  {
    breaks: CALLS_GRANTS,
    by: 'a build that its machine may not stop',
    says: /^SlipwayDashdevDashrollback needs codebuild:StopBuild for the state TakeBackOnCluster/,
    plant: ({ SlipwayDashdevDashrollbackRole: role }) => withoutAction(role, 'codebuild:StopBuild'),
  },
  {
    breaks: CALLS_GRANTS,
    by: 'a command in a buildspec that its project may not run',
    says: /^WayBack needs ecr:DescribeImages for aws ecr describe-images in its buildspec/,
    plant: ({ WayBack: { Properties } }) => {
      Properties.Source.BuildSpec += '      - aws ecr describe-images --repository-name x\n';
    },
  },
  {
    breaks: 'every role is held by something whose calls are known',
    by: 'a role that nothing holds',
    says: /^Forgotten: nobody knows what is done under this role/,
    plant: (resources) => {
      resources.Forgotten = { Type: 'AWS::IAM::Role', Properties: { Policies: [] } };
    },
  },
  {
    breaks: 'every role is held by something whose calls are known',
    by: 'a policy of AWS',
    says: /^RollBackIamRoleLambdaExecution has the policy .*AdministratorAccess.*, which others keep/,
    plant: ({ RollBackIamRoleLambdaExecution: { Properties } }) => {
      Properties.ManagedPolicyArns = ['arn:aws:iam::aws:policy/AdministratorAccess'];
    },
  },
  {
    breaks: 'every use of AWS is one whose actions are known',
    by: 'a part of the SDK whose calls are unknown',
    says: /^src\/functions\/workflow\/planted-waiter.ts: nobody knows what waitUntilFunctionActive of @aws-sdk\/client-lambda calls/,
    plant: runs(WAITER),
  },
  {
    breaks: 'every function is given the variables that it reads',
    by: 'a variable that a function is not given',
    says: /^RollBackLambdaFunction reads DATABASE_URL, which serverless.yml does not give it/,
    plant: ({ RollBackLambdaFunction: { Properties } }) => {
      Properties.Environment.Variables = {};
    },
  },
  {
    breaks: 'every variable that is given is read',
    by: 'a variable that no function reads',
    says: /^serverless.yml gives LEFT_OVER, and no function reads it/,
    plant: ({ RollBackLambdaFunction: { Properties } }) => {
      Properties.Environment.Variables.LEFT_OVER = '1';
    },
  },
  ...['Ref', 'Fn::Sub', 'Fn::GetAtt'].map((intrinsic) => ({
    breaks: 'every name is one that the template has' as const,
    by: `a name in ${intrinsic} that nothing has`,
    says: /Variables.EVENT_BUS_NAME: there is no resource EvnetBus/,
    plant: ({ RollBackLambdaFunction: { Properties } }: Breakable) => {
      const names: Record<string, string> = {
        Ref: 'EvnetBus',
        'Fn::Sub': `a-\${EvnetBus}`,
        'Fn::GetAtt': 'EvnetBus.Name',
      };
      Properties.Environment.Variables.EVENT_BUS_NAME = { [intrinsic]: names[intrinsic] };
    },
  })),
  {
    breaks: 'every name is one that the template has',
    by: 'an attribute that the resource has not',
    says: /DestinationConfig.OnFailure.Destination: FailedEvents, an AWS::SQS::Queue, has no attribute QueueArn/,
    plant: ({ RemediateAlarmLambdaEvConf: { Properties } }) => {
      Properties.DestinationConfig.OnFailure.Destination = { 'Fn::GetAtt': ['FailedEvents', 'QueueArn'] };
    },
  },
  {
    breaks: 'every name is one that the template has',
    by: 'a name inside a state machine that nothing has',
    says: /^Resources.SlipwayDashdevDashrollout.Properties.DefinitionString.Fn::Sub.\w+: there is no resource Gone/,
    plant: (resources) => {
      const values = resources[ROLLOUT].Properties.DefinitionString['Fn::Sub'][1];
      values[Object.keys(values)[0] ?? ''] = { Ref: 'Gone' };
    },
  },
  {
    breaks: 'every name is one that the template has',
    by: 'a resource that waits for one that is not there',
    says: /^Resources.EventBus.DependsOn: there is no resource Gone/,
    plant: ({ EventBus }) => {
      EventBus.DependsOn = ['Gone'];
    },
  },
  {
    breaks: 'every condition is one that the template has',
    by: 'a condition that does not exist',
    says: /EventBus.Condition: there is no condition HasNothing/,
    plant: ({ EventBus }) => {
      EventBus.Condition = 'HasNothing';
    },
  },
  {
    breaks: 'every condition is one that the template has',
    by: 'a branch on a condition that does not exist',
    says: /EventBus.Properties.Name.Fn::If: there is no condition HasNothing/,
    plant: ({ EventBus: { Properties } }) => {
      Properties.Name = { 'Fn::If': ['HasNothing', 'one', { Ref: 'AWS::NoValue' }] };
    },
  },
  {
    breaks: 'every alarm can tell its topic',
    by: 'a topic whose key CloudWatch may not use',
    says: /^Alarm: CloudWatch cannot tell Topic/,
    plant: (resources) => {
      resources.Topic = { Type: 'AWS::SNS::Topic', Properties: { KmsMasterKeyId: 'alias/aws/sns' } };
      resources.Alarm = { Type: 'AWS::CloudWatch::Alarm', Properties: { AlarmActions: [{ Ref: 'Topic' }] } };
    },
  },
  ...PLANTED_MACHINE_FAULTS,
];

export function brokenBy({ plant }: PlantedFault, template: Packaged): Packaged {
  const broken = structuredClone(template);
  plant?.(broken.Resources, broken);
  return broken;
}

function runs(path: string): (resources: Breakable) => void {
  return ({ ReadHealthLambdaFunction: { Properties } }) => {
    Properties.Handler = path.replace(/ts$/, 'handler');
  };
}

function withoutAction(role: PackagedResource, action: string): void {
  for (const one of statements(role)) one.Action = [one.Action].flat().filter((name: string) => name !== action);
}

function withAction(role: PackagedResource, action: string): void {
  statements(role).push({ Effect: 'Allow', Action: [action], Resource: 'arn:aws:lambda:eu-west-1:1:function:x' });
}
