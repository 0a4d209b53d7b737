/**
 * Intended differences between the template and the code, each with its reason. An excuse that excuses nothing is a
 * problem itself.
 */
import type { Outside } from './arn-rules.ts';
import type { ReadByOthers, SetElsewhere } from './environment-rules.ts';
import type { Excuse } from './grant-rules.ts';

export const GRANT_EXCUSES: readonly Excuse[] = [
  {
    of: /LambdaFunction$/,
    actions: ['logs:CreateLogGroup'],
    because: 'the plugin for roles writes it for every function; the group is there already, with its retention',
  },
  {
    of: /^WayBack$/,
    actions: ['s3:ListBucket', 's3:GetObject'],
    because: 'its buildspec is that of ClusterTask, and reads manifests of a team for orders that only that one gets',
  },
  {
    of: /^SecurityScanProject$/,
    actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:GetAuthorizationToken'],
    because: 'Trivy pulls the image itself, with the rights of the build',
  },
  {
    of: /^OpenDeliveryLambdaFunction$/,
    actions: ['lambda:UpdateAlias', 'states:SendTaskSuccess'],
    because:
      'only a deployment that supersedes another one moves traffic before it begins, and a delivery supersedes none',
  },
];

/** ARNs that policies name and the template does not make. */
export const OUTSIDE: readonly Outside[] = [
  {
    arn: /:lambda:REGION:ACCOUNT:function:\*$/,
    because: 'functions of the account that carry the tag slipway:managed',
  },
  { arn: /:ecr:REGION:ACCOUNT:repository\/\*$/, because: 'image repositories of the account that carry the tag' },
  { arn: /:ecr:REGION:ACCOUNT:repository\/([a-z0-9/._-]+)?$/, because: 'pipelineImageRepository, or nothing' },
  { arn: /:eks:REGION:ACCOUNT:cluster\/[\w-]*$/, because: 'the parameter clusters, or nothing' },
  { arn: /:ec2:REGION:ACCOUNT:subnet\/subnet-\w+$/, because: 'the parameter clusterSubnetIds' },
  { arn: /:ec2:REGION:ACCOUNT:network-interface\/\*$/, because: 'CodeBuild makes one for each build in a VPC' },
  {
    arn: /^$|:code(star-)?connections:[\w-]+:\d+:connection\//,
    because: 'the parameter codeConnectionArn, or nothing',
  },
  { arn: /:secretsmanager:[\w-]+:\d+:secret:/, because: 'the parameter databaseSecretArn' },
  { arn: /:iam::ACCOUNT:root$/, because: 'the account itself, whose IAM decides about the key of the tokens' },
  { arn: /:rule\/StepFunctionsGetEvents?For\w+Rule$/, because: 'the rules that Step Functions keeps in each account' },
  {
    arn: /:codebuild:REGION:ACCOUNT:project\/[\w-]+-(cluster-task|quick-task|way-back)$/,
    because: 'machines name them where no cluster is named, too; no service of theirs is on a cluster then',
  },
];

/** Roles under which no code runs. */
export const UNHELD: Readonly<Record<string, string>> = {
  IamRoleLambdaExecution: 'the Serverless Framework makes it for every stack; no function has it',
};

export const READ_BY_OTHERS: ReadByOthers = {
  NODE_EXTRA_CA_CERTS: 'Node, for the authorities that sign databases of RDS',
};

export const SET_ELSEWHERE: SetElsewhere = {
  SLIPWAY_ORDER: { in: 'stepfunctions/rollout.asl.yml', as: /- Name: SLIPWAY_ORDER/ },
  SLIPWAY_RESULT_FILE: { in: 'buildspecs/kubectl-task.yml', as: /export .*\bSLIPWAY_RESULT_FILE=/ },
  MANIFESTS_ROOT: { in: 'buildspecs/kubectl-task.yml', as: /export .*\bMANIFESTS_ROOT=/ },
  // npm sets it for every script.
  INIT_CWD: { in: 'package.json', as: /"start": "node src\/cli\/main\.ts start"/ },
  ...byPeople('KUBECTL', 'STAGE', 'TOKEN_AUDIENCE', 'OIDC_ISSUERS', 'ACCESS_POLICY', 'TOKEN_ISSUER', 'TOKEN_KEY_ID'),
  ...byPeople('SLIPWAY_URL', 'SLIPWAY_TOKEN', 'SLIPWAY_PROFILE', 'SLIPWAY_STAGE', 'SLIPWAY_AUDIENCE'),
  ...byPeople(
    'XDG_CONFIG_HOME',
    'HOME',
    'USERPROFILE',
    'ACTIONS_ID_TOKEN_REQUEST_URL',
    'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
  ),
};

/** The person who starts the command sets these variables, and the command reads them. */
function byPeople(...names: readonly string[]): SetElsewhere {
  return Object.fromEntries(
    names.map((name) => [name, { in: 'docs/operations.md', as: new RegExp(`^\\|.*\`${name}\`.*\\|`, 'm') }]),
  );
}
