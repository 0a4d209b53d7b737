/**
 * Says what a CodeBuild project calls: the commands of its buildspec, and the calls that CodeBuild makes because of its
 * settings.
 */
import { parse } from 'yaml';
import type { Need } from './aws-actions.ts';
import type { Packaged } from './packaged-template.ts';
import { leavesArtifacts } from './pipeline-needs.ts';
import { isObject, madeFrom, valuesAt } from './template-values.ts';

const LOG_IN = 'ecr:GetAuthorizationToken';
const PULL = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];
const PUSH = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'].concat([
  'ecr:InitiateLayerUpload',
  'ecr:UploadLayerPart',
  'ecr:CompleteLayerUpload',
  'ecr:PutImage',
]);

/**
 * The actions by service and subcommand of the aws command. The actions of s3 depend on which argument is the bucket.
 */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  'eks update-kubeconfig': ['eks:DescribeCluster'],
  // A signature, made without a call.
  'eks get-token': [],
  'ecr get-login-password': [LOG_IN],
  'ecr describe-images': ['ecr:DescribeImages'],
};

export function projectNeeds(id: string, template: Packaged): Need[] {
  const properties = template.Resources[id]?.Properties;
  const texts = valuesAt(properties, 'Source', 'BuildSpec').filter((text) => typeof text === 'string');
  const image = valuesAt(properties, 'Environment', 'Image');
  const isOurs = madeFrom(image).some((one) => template.Resources[one]?.Type === 'AWS::ECR::Repository');
  const logs = madeFrom(valuesAt(properties, 'LogsConfig', 'CloudWatchLogs', 'GroupName'));
  return [
    ...texts.flatMap(commandNeeds),
    ...(isOurs ? forIt([...PULL, LOG_IN], 'its image') : []),
    // CodeBuild has to create a log group that does not exist yet.
    ...forIt(
      ['logs:CreateLogStream', 'logs:PutLogEvents', ...(logs.length === 0 ? ['logs:CreateLogGroup'] : [])],
      'its log',
    ),
    ...(valuesAt(properties, 'Source', 'Type').includes('CODEPIPELINE')
      ? forIt(FROM_PIPELINE, 'what its pipeline hands to it')
      : []),
    ...(valuesAt(properties, 'VpcConfig', 'VpcId').length > 0 ? forIt(IN_VPC, 'its VPC') : []),
    ...(leavesArtifacts(id, template) ? forIt(['s3:PutObject'], 'what it hands to its pipeline') : []),
    ...(texts.some((text) => isObject(parse(text)?.reports)) ? forIt(REPORTS, 'its reports') : []),
  ];
}

const FROM_PIPELINE = ['s3:GetObject', 's3:GetObjectVersion', 's3:GetBucketAcl', 's3:GetBucketLocation'];
/** A build in a VPC creates its own network interface. */
const IN_VPC = [
  ...['CreateNetworkInterface', 'DeleteNetworkInterface', 'DescribeNetworkInterfaces', 'DescribeDhcpOptions'],
  ...['DescribeSubnets', 'DescribeSecurityGroups', 'DescribeVpcs', 'CreateNetworkInterfacePermission'],
].map((name) => `ec2:${name}`);
const REPORTS = ['CreateReportGroup', 'CreateReport', 'UpdateReport', 'BatchPutTestCases'].map(
  (name) => `codebuild:${name}`,
);

function forIt(actions: readonly string[], what: string): Need[] {
  return actions.map((action) => ({ action, for: what }));
}

/** Skips comments, and commands that are only mentioned in a text. */
function commandNeeds(buildspec: string): Need[] {
  const text = withBuckets(buildspec.replace(/^\s*#.*$/gm, '').replace(/^\s*echo .*$/gm, ''));
  const called = [...text.matchAll(/(?:^|[\s!(;&|])aws ([a-z0-9-]+) ([a-z0-9-]+)(.*)$/gm)];
  return [
    ...called.flatMap(([, service = '', command = '', rest = '']) => {
      const name = `${service} ${command}`;
      const actions = service === 's3' ? bucketActions(command, rest) : COMMANDS[name];
      return forIt(actions ?? [`aws ${name}, of which nobody knows the actions`], `aws ${name} in its buildspec`);
    }),
    ...(/\bdocker push\b/.test(text) ? forIt([...PUSH, LOG_IN], 'docker push in its buildspec') : []),
  ];
}

/**
 * A command reads from a source bucket and writes to a target bucket. A sync or a recursive read also lists the bucket.
 */
function bucketActions(command: string, rest: string): readonly string[] | undefined {
  if (!/^(cp|sync)$/.test(command)) return undefined;
  const [from = '', to = ''] = (rest.match(/"[^"]*"|\S+/g) ?? []).filter((word) => !word.startsWith('-'));
  const [reads, writes] = [from.includes('s3://'), to.includes('s3://')];
  const lists = command === 'sync' || (reads && rest.includes('--recursive'));
  return [...(lists ? ['s3:ListBucket'] : []), ...(reads ? ['s3:GetObject'] : []), ...(writes ? ['s3:PutObject'] : [])];
}

/** Replaces the variables that hold buckets by the addresses of the buckets. */
function withBuckets(text: string): string {
  const held = [...text.matchAll(/^\s*(\w+)="(s3:\/\/[^"]*)"$/gm)];
  return held.reduce((written, [, name, address]) => written.replaceAll(`"$${name}"`, () => `"${address}"`), text);
}
