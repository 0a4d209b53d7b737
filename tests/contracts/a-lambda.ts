/**
 * The adapter of versions over a Lambda with one function. A publish copies the function's unpublished code and
 * settings. This Lambda refuses what AWS refuses, in AWS's words, and changes the revision with every change of
 * `$LATEST`.
 */
import { createHash } from 'node:crypto';
import {
  type FunctionConfiguration,
  GetFunctionConfigurationCommand,
  LambdaClient,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { lambdaVersions } from '../../src/aws/lambda-versions.ts';
import { sdkError } from '../aws/sdk-error.ts';
import type { VersionsStage } from './cloud-versions.ts';

const FUNCTION = {
  FunctionName: 'checkout',
  Runtime: 'nodejs24.x',
  Handler: 'index.handler',
  Role: 'arn:role',
} as const;
const hash = (key: string | undefined) => createHash('sha256').update(`code of ${key}`).digest('base64');

type Published = FunctionConfiguration & { readonly Version: string };

function aFunction() {
  let versions: Published[] = [];
  let latest: FunctionConfiguration = {};
  let revision = 0;
  const change = (settings: FunctionConfiguration) => {
    revision += 1;
    latest = { ...latest, ...settings, Version: '$LATEST', RevisionId: `revision-${revision}` };
    return latest;
  };
  const madeOf = ({ CodeSha256, Environment }: FunctionConfiguration) => JSON.stringify([CodeSha256, Environment]);
  return {
    change,
    find: (name = '$LATEST') => (name === '$LATEST' ? latest : versions.find(({ Version }) => Version === name)),
    list: () => [latest, ...versions],
    publish(Description: string | undefined): FunctionConfiguration {
      const last = versions.at(-1);
      if (last !== undefined && madeOf(last) === madeOf(latest)) return last;
      const Version = String(versions.length + 1);
      versions = [...versions, { ...latest, Version, Description, State: 'Active', LastUpdateStatus: 'Successful' }];
      return versions.at(-1) ?? {};
    },
    recreate() {
      versions = [];
      latest = {};
      change({ ...FUNCTION, State: 'Active', LastUpdateStatus: 'Successful' });
    },
  };
}

export function aLambda(): VersionsStage {
  const aws = mockClient(LambdaClient);
  const own = aFunction();
  aws.on(GetFunctionConfigurationCommand).callsFake(({ Qualifier }) => {
    const found = own.find(Qualifier);
    if (found === undefined) throw sdkError('ResourceNotFoundException', { status: 404 });
    return found;
  });
  aws.on(ListVersionsByFunctionCommand).callsFake(() => ({ Versions: own.list() }));
  aws.on(UpdateFunctionCodeCommand).callsFake(({ S3Key }) => own.change({ CodeSha256: hash(S3Key) }));
  aws.on(PublishVersionCommand).callsFake(({ CodeSha256, RevisionId, Description }) => {
    const latest = own.find() ?? {};
    if (latest.LastUpdateStatus === 'InProgress') throw sdkError('ResourceConflictException', { status: 409 });
    if (RevisionId !== undefined && RevisionId !== latest.RevisionId)
      throw sdkError('PreconditionFailedException', { status: 412 });
    if (CodeSha256 === latest.CodeSha256) return own.publish(Description);
    const message = `CodeSHA256 (${CodeSha256}) is different from current CodeSHA256 in $LATEST (${latest.CodeSha256}).`;
    throw sdkError('InvalidParameterValueException', { message });
  });
  const put = (key: string) => own.publish(String(own.change({ CodeSha256: hash(key) }).RevisionId));
  own.recreate();
  for (const key of ['good', 'bad', 'good']) put(key);
  return {
    ports: { versions: lambdaVersions(new LambdaClient({ region: 'eu-west-1' }), { waitMs: 3, pollMs: 1 }) },
    target: { kind: 'lambda', function: 'checkout', alias: 'live' },
    stable: '1',
    canary: '2',
    third: '3',
    artifact: { s3: { bucket: 'code', key: 'other' } },
    async changeLatest({ key, environment }) {
      if (key !== undefined) own.change({ CodeSha256: hash(key) });
      if (environment !== undefined) own.change({ Environment: { Variables: environment } });
    },
    async setUpdate(LastUpdateStatus) {
      own.change({ LastUpdateStatus, LastUpdateStatusReason: 'The subnet is gone.' });
    },
    async recreate() {
      own.recreate();
      for (const key of ['good', 'other']) put(key);
    },
    close: async () => aws.restore(),
  };
}
