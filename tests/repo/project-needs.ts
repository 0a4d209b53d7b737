/** What a CodeBuild project calls: the aws commands of its buildspec, and what its settings make CodeBuild do for it. */
import { parse } from 'yaml';
import type { Need } from './aws-actions.ts';
import type { Packaged, PackagedResource } from './packaged-template.ts';
import { isObject, madeFrom, valuesAt } from './template-values.ts';

const PULL = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];

/** By service and subcommand of the aws command. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  'eks update-kubeconfig': ['eks:DescribeCluster'],
  // A signature, made without a call.
  'eks get-token': [],
  's3 sync': ['s3:ListBucket', 's3:GetObject'],
  'ecr get-login-password': ['ecr:GetAuthorizationToken'],
  'ecr describe-images': ['ecr:DescribeImages'],
};

export function projectNeeds(resource: PackagedResource, template: Packaged): Need[] {
  const { Properties } = resource;
  const texts = valuesAt(Properties, 'Source', 'BuildSpec').filter((text) => typeof text === 'string');
  const image = valuesAt(Properties, 'Environment', 'Image');
  const isOurs = madeFrom(image).some((id) => template.Resources[id]?.Type === 'AWS::ECR::Repository');
  const logs = madeFrom(valuesAt(Properties, 'LogsConfig', 'CloudWatchLogs', 'GroupName'));
  return [
    ...texts.flatMap(commandNeeds),
    ...(isOurs ? [...PULL, 'ecr:GetAuthorizationToken'].map((action) => ({ action, for: 'its image' })) : []),
    // A group that is not there yet would have to be made.
    ...['logs:CreateLogStream', 'logs:PutLogEvents', ...(logs.length === 0 ? ['logs:CreateLogGroup'] : [])].map(
      (action) => ({ action, for: 'its log' }),
    ),
    ...(valuesAt(Properties, 'Artifacts', 'Type').includes('CODEPIPELINE') ? ARTIFACTS : []),
    ...(texts.some((text) => isObject(parse(text)?.reports)) ? REPORTS : []),
  ];
}

const ARTIFACTS = ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject'].map((action) => ({
  action,
  for: 'the artifacts of its pipeline',
}));
const REPORTS = ['CreateReportGroup', 'CreateReport', 'UpdateReport', 'BatchPutTestCases'].map((name) => ({
  action: `codebuild:${name}`,
  for: 'its reports',
}));

/** Comments are no commands, and what is only said of one, in quotation marks, is none either. */
function commandNeeds(buildspec: string): Need[] {
  const text = buildspec.replace(/^\s*#.*$/gm, '').replace(/^\s*echo .*$/gm, '');
  return [...text.matchAll(/(?:^|[\s!(;&|])aws ([a-z0-9-]+) ([a-z0-9-]+)/gm)].flatMap(([, service, command]) => {
    const name = `${service} ${command}`;
    const actions = COMMANDS[name] ?? [`aws ${name}, of which nobody knows the actions`];
    return actions.map((action) => ({ action, for: `aws ${name} in its buildspec` }));
  });
}
