/**
 * Says which IAM actions a use of AWS's SDK needs. Most actions have the name of the command; the others are listed
 * here with the reason.
 */
import type { AwsUse } from './reached-code.ts';

/** An action, and what needs it: a file of the code, or a part of the template. */
export interface Need {
  readonly action: string;
  readonly for: string;
}

/** The prefix of the actions of each client. */
const PREFIXES: Readonly<Record<string, string>> = {
  '@aws-sdk/client-cloudwatch': 'cloudwatch',
  '@aws-sdk/client-cloudwatch-logs': 'logs',
  '@aws-sdk/client-codebuild': 'codebuild',
  '@aws-sdk/client-codepipeline': 'codepipeline',
  '@aws-sdk/client-dsql': 'dsql',
  '@aws-sdk/client-eventbridge': 'events',
  '@aws-sdk/client-kms': 'kms',
  '@aws-sdk/client-lambda': 'lambda',
  '@aws-sdk/client-s3': 's3',
  '@aws-sdk/client-secrets-manager': 'secretsmanager',
  '@aws-sdk/client-sfn': 'states',
  '@aws-sdk/client-sns': 'sns',
  '@aws-sdk/client-sqs': 'sqs',
  '@aws-sdk/client-ssm': 'ssm',
};

/** Commands whose action is not `prefix:Command`. */
const IRREGULAR: Readonly<Record<string, readonly string[]>> = {
  'lambda:Invoke': ['lambda:InvokeFunction'],
  // Lambda reads the package, or the image, with the permissions of the caller that names it.
  'lambda:UpdateFunctionCode': [
    'lambda:UpdateFunctionCode',
    ...['s3:GetObject', 's3:GetObjectVersion'],
    ...['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:GetRepositoryPolicy'],
  ],
  // IAM has no action for the batch.
  'sns:PublishBatch': ['sns:Publish'],
  'sqs:SendMessageBatch': ['sqs:SendMessage'],
  's3:HeadObject': ['s3:GetObject'],
};

/** Uses that are no command, and the actions that they call. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  // A signature calls nothing. tests/repo/wired-actions.ts says what each signature is made for.
  'aws4 default': [],
};

export function needsOf(uses: readonly AwsUse[]): Need[] {
  return uses.flatMap((use) => (actionsOf(use) ?? []).map((action) => ({ action, for: use.at })));
}

/** Returns the uses whose calls are unknown. */
export function unknownUses(uses: readonly AwsUse[]): string[] {
  return uses
    .filter((use) => actionsOf(use) === undefined)
    .map(
      ({ from, name, at }) => `${at}: nobody knows what ${name} of ${from} calls. Say it in tests/repo/aws-actions.ts.`,
    );
}

function actionsOf({ from, name }: AwsUse): readonly string[] | undefined {
  const other = OTHERS[`${from} ${name}`];
  if (other !== undefined) return other;
  const prefix = PREFIXES[from];
  if (prefix === undefined) return undefined;
  // Making a client, or recognising an error by its class, calls nothing.
  if (/(Client|Exception)$/.test(name)) return [];
  const command = /^paginate([A-Z]\w+)$/.exec(name)?.[1] ?? /^([A-Z]\w+)Command$/.exec(name)?.[1];
  return command === undefined ? undefined : (IRREGULAR[`${prefix}:${command}`] ?? [`${prefix}:${command}`]);
}
