/** Checks what each parameter changes in the stack, and which values are refused. */
import { createRequire } from 'node:module';

type Variables = { readonly resolveVariable: (name: string) => Promise<unknown> };
type Part = (variables: Variables) => Promise<unknown>;
const required = createRequire(import.meta.url);
const database = required('../../resources/database.cjs') as Record<string, Part>;
const artifacts = required('../../resources/artifacts.cjs') as Record<string, Part>;
const tracing = required('../../resources/tracing.cjs') as Record<string, Part>;
const subscriptions = required('../../resources/subscriptions.cjs') as Part;
const removalPolicy = required('../../resources/removal-policy.cjs') as Part;
const limits = required('../../resources/limits.cjs') as Record<string, Part>;
const builds = required('../../resources/builds.cjs') as Record<string, Part>;

const DEFAULTS: Readonly<Record<string, unknown>> = {
  'self:service': 'slipway',
  'sls:stage': 'dev',
  'param:databaseUrl': '',
  'param:databaseSecretArn': '',
  'param:artifactBucket': '',
  'param:tracing': false,
  'param:notifyEmail': '',
  'param:notifyHttps': '',
  'param:clusters': '',
  'param:clusterVpcId': '',
  'param:clusterSubnetIds': '',
  'param:clusterSecurityGroupIds': '',
  'param:wayBackCompute': 'lambda',
  'param:apiRequestsPerSecond': 20,
  'param:apiBurst': 20,
  'param:wayBackConcurrency': 0,
  'param:forwardCallsPerSecond': 10,
  'param:outboxDays': 7,
  'param:evidenceDays': 90,
};
const given = (params: Readonly<Record<string, unknown>> = {}): Variables => ({
  resolveVariable: async (name) => {
    const own = params[name.replace('param:', '')];
    if (own !== undefined) return own;
    return name in DEFAULTS ? DEFAULTS[name] : `the content of ${name}`;
  },
});
const part = (parts: Record<string, Part>, name: string, params?: Record<string, unknown>) =>
  (parts[name] as Part)(given(params));

const secret = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:slipway/db-AbCdEf';
const dsql = 'postgres://app@abcdefghijklmnopqrstuvwxyz.dsql.eu-west-1.on.aws/postgres?sslmode=verify-full';
const other = 'postgres://app@db.example.com:5433/ledger?sslmode=verify-full';

describe('the parameters of the database', () => {
  test('without parameters the database is a cluster of the stack, to which the role of a function connects', async () => {
    expect(await part(database, 'resources')).toBe('the content of file(resources/database.yml)');
    expect(await part(database, 'url')).toEqual({
      'Fn::Sub': `postgres://slipway@\${LedgerCluster.Endpoint}/postgres?sslmode=verify-full`,
    });
    expect(await part(database, 'secretArn')).toBe('');
    const cluster = { 'Fn::GetAtt': ['LedgerCluster', 'ResourceArn'] };
    expect(await statement('connect')).toEqual(['dsql:DbConnect', cluster]);
    expect(await statement('define')).toEqual(['dsql:DbConnectAdmin', cluster]);
  });

  test('with a PostgreSQL address and a secret, functions may read the secret, and the stack has no DSQL', async () => {
    const params = { databaseUrl: other, databaseSecretArn: secret };
    expect(await part(database, 'resources', params)).toEqual({});
    expect(await part(database, 'url', params)).toBe(other);
    expect(await part(database, 'secretArn', params)).toBe(secret);
    expect(await statement('connect', params)).toEqual(['secretsmanager:GetSecretValue', secret]);
    expect(await statement('define', params)).toEqual(['secretsmanager:GetSecretValue', secret]);
  });

  test('functions get the certificate authorities of RDS only with a database on RDS', async () => {
    for (const end of ['eu-west-1.rds.amazonaws.com', 'eusc-de-east-1.rds.amazonaws.eu']) {
      const databaseUrl = `postgres://app@db.abc.${end}/ledger?sslmode=verify-full`;
      expect(await part(database, 'authorities', { databaseUrl })).toBe('/var/runtime/ca-cert.pem');
    }
    for (const databaseUrl of ['', other, dsql]) {
      expect(await part(database, 'authorities', { databaseUrl })).toEqual({ Ref: 'AWS::NoValue' });
    }
  });

  test('the address of another Aurora DSQL cluster decides which cluster functions may connect to', async () => {
    const arn = `arn:\${AWS::Partition}:dsql:eu-west-1:\${AWS::AccountId}:cluster/abcdefghijklmnopqrstuvwxyz`;
    expect(await statement('connect', { databaseUrl: dsql })).toEqual(['dsql:DbConnect', { 'Fn::Sub': arn }]);
  });

  test('a database that needs no signature of AWS gives no right to any cluster', async () => {
    const arn = `arn:\${AWS::Partition}:dsql:\${AWS::Region}:\${AWS::AccountId}:cluster/`;
    expect(await statement('connect', { databaseUrl: other })).toEqual(['dsql:DbConnect', { 'Fn::Sub': arn }]);
  });

  test.each([
    'postgres://app@127.0.0.1:5432/ledger',
    'postgresql://app@localhost/ledger',
    'postgres://app@[::1]/ledger',
  ])('%s needs no TLS, because the connection crosses no network', async (databaseUrl) => {
    expect(await part(database, 'url', { databaseUrl })).toBe(databaseUrl);
  });

  test.each([
    ['postgres://app:hunter2@db.example.com/ledger?sslmode=verify-full', /has a password in it.*databaseSecretArn/],
    ['postgres://app@db.example.com/ledger?password=hunter2&sslmode=verify-full', /has a password in it/],
    ['postgres://app:hunter2@127.0.0.1/ledger', /has a password in it/],
    ['postgres://app@db.example.com/ledger', /sslmode=verify-full/],
    ['postgres://app@db.example.com/ledger?sslmode=require', /sslmode=verify-full/],
    ['postgres://app@127.0.0.1.example.com/ledger', /sslmode=verify-full/],
    ['postgres://db.example.com/ledger?sslmode=verify-full', /lacks the user/],
    ['postgres://app@db.example.com?sslmode=verify-full', /lacks the user, the host or the database/],
    ['mysql://app@db.example.com/ledger', /postgres:/],
    ['db.example.com hunter2', /is no address/],
    ['{{resolve:ssm:/slipway/dev/database-url}}', /is no address/],
  ])('%s is refused before anything is packaged, and is not repeated in the message', async (databaseUrl, says) => {
    const refused = part(database, 'url', { databaseUrl });
    await expect(refused).rejects.toThrow(says);
    await expect(refused).rejects.not.toThrow(/hunter2/);
    await expect(part(database, 'resources', { databaseUrl })).rejects.toThrow(says);
  });

  test.each([
    [{ databaseSecretArn: secret }, /Aurora DSQL takes no password/],
    [{ databaseSecretArn: secret, databaseUrl: dsql }, /Aurora DSQL takes no password/],
    [{ databaseSecretArn: 'slipway/db', databaseUrl: other }, /is not the ARN of a secret/],
    [{ databaseSecretArn: `${secret.slice(0, -6)}*`, databaseUrl: other }, /is not the ARN of a secret/],
  ])('%j is refused as a parameter of the database', async (params, says) => {
    await expect(part(database, 'secretArn', params)).rejects.toThrow(says);
  });
});

describe('the parameter of the bucket of artifacts', () => {
  test('the bucket of artifacts belongs to the stack, or is the one that is named', async () => {
    expect(await part(artifacts, 'resources')).toBe('the content of file(resources/artifacts.yml)');
    expect(await part(artifacts, 'name')).toEqual({ Ref: 'ArtifactBucket' });
    expect(await part(artifacts, 'objectArns')).toEqual({ 'Fn::Sub': `\${ArtifactBucket.Arn}/*` });

    const params = { artifactBucket: 'shop.builds' };
    expect(await part(artifacts, 'resources', params)).toEqual({});
    expect(await part(artifacts, 'name', params)).toBe('shop.builds');
    expect(await part(artifacts, 'bucketArn', params)).toEqual({
      'Fn::Sub': `arn:\${AWS::Partition}:s3:::shop.builds`,
    });
    expect(await part(artifacts, 'manifestArns', params)).toEqual({
      'Fn::Sub': `arn:\${AWS::Partition}:s3:::shop.builds/manifests/*`,
    });
  });

  test.each(['*', 'a', 'shop/builds', 'Shop', 'shop*', `shop\${x}`])('%s names no bucket', async (artifactBucket) => {
    await expect(part(artifacts, 'name', { artifactBucket })).rejects.toThrow(/is not the name of a bucket/);
  });
});

describe('the parameter of X-Ray', () => {
  test.each([false, 'false'])('with %j the stack has neither X-Ray nor its permissions', async (off) => {
    expect(await part(tracing, 'resources', { tracing: off })).toEqual({});
    expect(await part(tracing, 'statements', { tracing: off })).toEqual([]);
  });

  test.each([true, 'true'])('with %j X-Ray traces functions and machines', async (on) => {
    expect(await part(tracing, 'statements', { tracing: on })).toMatchObject([
      { Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'] },
    ]);
    const { extensions } = (await part(tracing, 'resources', { tracing: on })) as { extensions: object };
    expect(Object.keys(extensions)).toEqual(['SlipwayDashdevDashrollout', 'SlipwayDashdevDashrollback']);
  });

  test('any other value of the X-Ray parameter is refused', async () => {
    await expect(part(tracing, 'resources', { tracing: 'yes' })).rejects.toThrow(/true or false/);
  });
});

describe('the parameter of what is kept', () => {
  test('data that are kept are deleted all the same when their own creation is rolled back', async () => {
    expect(await removalPolicy(given({ removalPolicy: 'Delete' }))).toBe('Delete');
    expect(await removalPolicy(given({ removalPolicy: 'Retain' }))).toBe('RetainExceptOnCreate');
  });

  test.each(['', 'retain', 'Snapshot'])('%j is refused as the choice of what is kept', async (policy) => {
    await expect(removalPolicy(given({ removalPolicy: policy }))).rejects.toThrow(
      /is no removal policy.*Delete or Retain/,
    );
  });
});

describe('the parameters of limits', () => {
  test('the limits of the API and of rollbacks are those that are given', async () => {
    const params = { apiRequestsPerSecond: '5', apiBurst: '3', wayBackConcurrency: '10' };
    const made = (await part(limits, 'extensions', params)) as Record<string, { Properties: Record<string, unknown> }>;
    expect(made.HttpApiStage?.Properties.DefaultRouteSettings).toEqual({
      ThrottlingRateLimit: 5,
      ThrottlingBurstLimit: 3,
    });
    expect(made.RollBackLambdaFunction).toEqual({ Properties: { ReservedConcurrentExecutions: 10 } });
  });

  test.each([
    [{ apiRequestsPerSecond: 0 }, /0 is no whole number from 1 to 10000. Correct the parameter apiRequestsPerSecond/],
    [{ apiBurst: '' }, /apiBurst/],
    [{ apiBurst: 'many' }, /many is no whole number/],
    [{ wayBackConcurrency: -1 }, /wayBackConcurrency/],
    [{ wayBackConcurrency: '2.5' }, /wayBackConcurrency/],
  ])('%j is refused as a limit', async (params, says) => {
    await expect(part(limits, 'extensions', params)).rejects.toThrow(says);
  });

  test('the calls of deployments leave at least one call that AWS accepts for rollbacks', async () => {
    expect(await part(limits, 'forwardCallsPerSecond')).toBe(10);
    expect(await part(limits, 'forwardCallsPerSecond', { forwardCallsPerSecond: '14' })).toBe(14);
    for (const given of [0, 15, 'all', '']) {
      const refused = part(limits, 'forwardCallsPerSecond', { forwardCallsPerSecond: given });
      await expect(refused).rejects.toThrow(/whole number from 1 to 14. Correct the parameter forwardCallsPerSecond/);
    }
  });
});

test.each(['outboxDays', 'evidenceDays'])('%s is a number of days, at least one', async (name) => {
  expect(await part(limits, name, { [name]: '30' })).toBe(30);
  for (const given of [0, -1, 3_651, '1.5', 'for ever', '']) {
    await expect(part(limits, name, { [name]: given })).rejects.toThrow(/whole number from 1 to 3650. Correct the/);
  }
});

describe('the parameters of builds for clusters', () => {
  const vpc = {
    clusterVpcId: 'vpc-0123456789abcdef0',
    clusterSubnetIds: ['subnet-01234567', ' subnet-89abcdef'],
    clusterSecurityGroupIds: 'sg-01234567',
  };

  test('a stack without a cluster has no builds, and one with a cluster has the builds of the file', async () => {
    expect(await part(builds, 'resources')).toEqual({});
    expect(await part(builds, 'resources', { clusters: ' ' })).toEqual({});
    expect(await part(builds, 'resources', { clusters: 'shop' })).toMatch(/resources\/builds\.yml/);
  });

  test('by default builds are in no VPC, and rollbacks run on Lambda compute', async () => {
    expect(await part(builds, 'vpcConfig')).toEqual({ Ref: 'AWS::NoValue' });
    expect(await part(builds, 'wayBackType')).toBe('ARM_LAMBDA_CONTAINER');
    // CodeBuild limits concurrent builds per compute type. A different type keeps a rollout from delaying a rollback.
    expect(await part(builds, 'quickComputeType')).not.toBe(await part(builds, 'wayBackComputeType'));
    expect(await part(builds, 'wayBackMinutes')).toEqual({ Ref: 'AWS::NoValue' });
    expect(await part(builds, 'wayBackType', { wayBackCompute: 'container' })).toBe('ARM_CONTAINER');
    for (const type of ['wayBackComputeType', 'quickComputeType'])
      expect(await part(builds, type, { wayBackCompute: 'container' })).toBe('BUILD_GENERAL1_SMALL');
  });

  test('with a VPC both builds are in it, and neither on Lambda compute, which cannot enter a VPC', async () => {
    expect(await part(builds, 'vpcConfig', vpc)).toEqual({
      VpcId: 'vpc-0123456789abcdef0',
      Subnets: ['subnet-01234567', 'subnet-89abcdef'],
      SecurityGroupIds: ['sg-01234567'],
    });
    expect(await part(builds, 'wayBackType', vpc)).toBe('ARM_CONTAINER');
  });

  test.each([
    [{ clusterVpcId: 'vpc-01234567' }, /half set: clusterSubnetIds, clusterSecurityGroupIds is missing/],
    [{ ...vpc, clusterSubnetIds: '' }, /half set: clusterSubnetIds is missing/],
    [{ ...vpc, clusterVpcId: 'shop' }, /shop is not the id of a VPC. Correct the parameter clusterVpcId/],
    [{ ...vpc, clusterVpcId: 'vpc-01234567,vpc-89abcdef' }, /is not the id of a VPC/],
    [{ ...vpc, clusterSubnetIds: 'subnet-01234567,sg-1' }, /sg-1 is not the id of a subnet/],
    [
      { wayBackCompute: 'ec2' },
      /ec2 is no compute of CodeBuild. Set the parameter wayBackCompute to lambda or container/,
    ],
  ])('%j is refused as a parameter of the builds', async (params, says) => {
    await expect(part(builds, 'wayBackType', params)).rejects.toThrow(says);
  });
});

describe('the parameters of subscriptions', () => {
  const made = async (params: Record<string, unknown>) => {
    const { Resources } = (await subscriptions(given(params))) as { Resources: Record<string, { Properties: object }> };
    return Object.values(Resources).map(({ Properties }) => Properties);
  };
  const RedrivePolicy = { deadLetterTargetArn: { 'Fn::GetAtt': ['FailedNotices', 'Arn'] } };

  test('without a named subscriber the stack has no subscription', async () => {
    expect(await made({})).toEqual([]);
  });

  test('a person gets incidents, a system gets every notice, and undelivered notices are kept', async () => {
    const Endpoint = 'https://hooks.example.com/a';
    expect(await made({ notifyEmail: 'ann@example.com', notifyHttps: Endpoint })).toEqual([
      { TopicArn: { Ref: 'IncidentsTopic' }, Protocol: 'email', Endpoint: 'ann@example.com', RedrivePolicy },
      { TopicArn: { Ref: 'IncidentsTopic' }, Protocol: 'https', Endpoint, RedrivePolicy },
      { TopicArn: { Ref: 'DeploymentsTopic' }, Protocol: 'https', Endpoint, RedrivePolicy },
    ]);
  });

  test.each([
    [{ notifyEmail: 'ann' }, /ann is not an e-mail address/],
    [{ notifyHttps: 'http://hooks.example.com/token' }, /begins with https/],
    [{ notifyHttps: 'hooks.example.com/token' }, /begins with https/],
  ])('%j is refused as a subscriber', async (params, says) => {
    await expect(made(params)).rejects.toThrow(says);
    await expect(made(params)).rejects.not.toThrow(/token/);
  });
});

async function statement(what: 'connect' | 'define', params?: Record<string, unknown>) {
  return [await part(database, `${what}Action`, params), await part(database, `${what}Resource`, params)];
}
