/** Plants faults that a person could make in the ARNs of policies, or in what an installation leaves or announces. */
import type { PlantedFault } from './planted-faults.ts';

// biome-ignore lint/suspicious/noExplicitAny: a template to break has no shape that is worth a type
type Breakable = any;

const statementOf = (policy: Breakable, sid: string) =>
  policy.Properties.PolicyDocument.Statement.find(({ Sid }: Breakable) => Sid === sid);
const sub = (text: string) => ({ 'Fn::Sub': text.replaceAll('@', `\${AWS::Region}:\${AWS::AccountId}`) });

const MADE = 'every ARN in a policy is one that the template makes';
const LET_IN = 'whatever sends something is let in where it sends it';

export const PLANTED_ARN_FAULTS: readonly PlantedFault[] = [
  {
    breaks: LET_IN,
    by: 'a queue that takes events of the default bus alone',
    says: /^UndeliveredEvents does not let events.amazonaws.com in from \w+, arn:aws:events:REGION:ACCOUNT:rule\/slipway-dev\/slipway-dev-quarantineRevision-rule-1/,
    plant: ({ UndeliveredEventsPolicy }) => {
      statementOf(UndeliveredEventsPolicy, 'RulesOfTheStage').Condition.ArnLike['aws:SourceArn'].pop();
    },
  },
  {
    breaks: LET_IN,
    by: 'a pattern of rules that is compared as a text',
    says: /^UndeliveredEvents does not let events.amazonaws.com in/,
    plant: ({ UndeliveredEventsPolicy }) => {
      const { Condition } = statementOf(UndeliveredEventsPolicy, 'RulesOfTheStage');
      Condition.StringEquals = { ...Condition.StringEquals, ...Condition.ArnLike };
      delete Condition.ArnLike;
    },
  },
  {
    breaks: LET_IN,
    by: 'an alarm with a name that the topic does not take',
    says: /^IncidentsTopic does not let cloudwatch.amazonaws.com in from ThrottledAlarm, arn:aws:cloudwatch:REGION:ACCOUNT:alarm:throttled/,
    plant: ({ ThrottledAlarm: { Properties } }) => {
      Properties.AlarmName = 'throttled';
    },
  },
  {
    breaks: LET_IN,
    by: 'a function that lets in a rule of the default bus where the rule is on another one',
    says: /^QuarantineRevisionLambdaFunction does not let events.amazonaws.com in/,
    plant: ({ QuarantineRevisionEventBridgeLambdaPermission1: { Properties } }) => {
      Properties.SourceArn = sub(`arn:\${AWS::Partition}:events:@:rule/slipway-dev-quarantineRevision-rule-1`);
    },
  },
  {
    breaks: LET_IN,
    by: 'a role that the project which has it may not take',
    says: /^WayBackRole does not let codebuild.amazonaws.com in from WayBack, arn:aws:codebuild:REGION:ACCOUNT:project\/slipway-dev-back/,
    plant: ({ WayBack: { Properties } }) => {
      Properties.Name = 'slipway-dev-back';
    },
  },
  {
    breaks: LET_IN,
    by: 'an API that may not call the function of a route',
    says: /^ReadHealthLambdaFunction does not let apigateway.amazonaws.com in/,
    plant: (resources) => {
      delete resources.ReadHealthLambdaPermissionHttpApi;
    },
  },
  {
    breaks: MADE,
    by: 'a state machine with a misspelt name in a policy',
    says: /^StartRollbackIamRoleLambdaExecution names arn:aws:states:REGION:ACCOUNT:stateMachine:slipway-dev-roll-back, which/,
    plant: ({ StartRollbackIamRoleLambdaExecution: { Properties } }) => {
      Properties.Policies[0].PolicyDocument.Statement.push({
        Effect: 'Allow',
        Action: 'states:StartExecution',
        Resource: sub(`arn:\${AWS::Partition}:states:@:stateMachine:slipway-dev-roll-back`),
      });
    },
  },
  {
    breaks: MADE,
    by: 'a condition on a rule that nothing makes',
    says: /^UndeliveredEventsPolicy names arn:aws:events:REGION:ACCOUNT:rule\/slipway-prod-\*, which/,
    plant: ({ UndeliveredEventsPolicy }) => {
      const arn = sub(`arn:\${AWS::Partition}:events:@:rule/slipway-prod-*`);
      statementOf(UndeliveredEventsPolicy, 'RulesOfTheStage').Condition.ArnLike['aws:SourceArn'].push(arn);
    },
  },
  {
    breaks: 'a creation that is rolled back leaves nothing',
    by: 'a bucket that outlives the rollback of its creation',
    says: /^ArtifactBucket stays when its creation is rolled back/,
    plant: ({ ArtifactBucket }) => {
      ArtifactBucket.DeletionPolicy = 'Retain';
    },
  },
  {
    breaks: 'an installation sends no page',
    by: 'an alarm that tells of OK',
    says: /^ThrottledAlarm tells of OK as soon as it is made/,
    plant: ({ ThrottledAlarm: { Properties } }) => {
      Properties.OKActions = Properties.AlarmActions;
    },
  },
  {
    breaks: 'an installation sends no page',
    by: 'an alarm that breaches without data',
    says: /^ThrottledAlarm pages before there are data/,
    plant: ({ ThrottledAlarm: { Properties } }) => {
      Properties.TreatMissingData = 'breaching';
    },
  },
];
