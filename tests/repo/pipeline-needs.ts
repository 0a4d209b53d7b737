/** Says what the role of a pipeline needs: to pass artifacts between stages, and for the actions of its stages. */
import type { Need } from './aws-actions.ts';
import type { Packaged, PackagedResource } from './packaged-template.ts';
import { isObject, madeFrom, resourcesOf, valuesAt } from './template-values.ts';

const HAND_ON = [
  's3:GetObject',
  's3:GetObjectVersion',
  's3:PutObject',
  's3:GetBucketLocation',
  's3:GetBucketVersioning',
];

/** The actions by the provider of a stage's action. */
const PROVIDERS: Readonly<Record<string, readonly string[]>> = {
  // AWS renamed the service, which asks for the action under either name.
  CodeStarSourceConnection: [
    ...['codeconnections:UseConnection', 'codestar-connections:UseConnection'],
    // CodePipeline uploads with an ACL, and reads the ACL of the bucket before.
    ...['s3:PutObjectAcl', 's3:GetBucketAcl'],
  ],
  CodeBuild: ['codebuild:BatchGetBuilds', 'codebuild:StartBuild'],
  StepFunctions: ['states:DescribeStateMachine', 'states:StartExecution', 'states:DescribeExecution'],
  Lambda: ['lambda:InvokeFunction'],
  Manual: [],
};

export function pipelineNeeds(resource: PackagedResource): Need[] {
  const actions = valuesAt(resource, 'Properties', 'Stages', 'Actions');
  return [
    ...HAND_ON.map((action) => ({ action, for: 'its artifacts' })),
    ...actions.flatMap((one) => {
      const [name] = valuesAt(one, 'Name').map(String);
      const [provider] = valuesAt(one, 'ActionTypeId', 'Provider').map(String);
      const needed = PROVIDERS[provider ?? ''] ?? [`${provider}, of which nobody knows the actions`];
      return needed.map((action) => ({ action, for: `its action ${name}` }));
    }),
  ];
}

/** True when some action of a pipeline takes an artifact from the project. */
export function leavesArtifacts(project: string, template: Packaged): boolean {
  const actions = resourcesOf(template, 'AWS::CodePipeline::Pipeline').flatMap(([, resource]) =>
    valuesAt(resource, 'Properties', 'Stages', 'Actions').filter(isObject),
  );
  return actions.some(
    (one) =>
      madeFrom(valuesAt(one, 'Configuration', 'ProjectName')).includes(project) &&
      valuesAt(one, 'OutputArtifacts').length > 0,
  );
}
