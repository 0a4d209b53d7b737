import { createRequire } from 'node:module';
import { statementsOf } from './grants.ts';
import { type Packaged, packagedTemplate } from './packaged-template.ts';
import { type AllowedEverywhere, problemsOf, type Statement } from './permission-rules.ts';

/** Actions for which AWS has no narrower resource, with the reason. */
const ALLOWED_EVERYWHERE: AllowedEverywhere = {
  'cloudwatch:DescribeAlarms': 'a composite alarm is found only with it',
  'cloudwatch:GetMetricData': 'metrics have no ARN',
  'lambda:ListEventSourceMappings': 'AWS knows no resource for it',
  ...Object.fromEntries(
    // The actions that AWS lists for a state machine with a log group.
    ['Create', 'Get', 'Update', 'Delete'].map((verb) => [`logs:${verb}LogDelivery`, 'a delivery has no ARN']),
  ),
  'logs:ListLogDeliveries': 'a delivery has no ARN',
  'logs:PutResourcePolicy': 'policies of CloudWatch Logs have no ARN',
  'logs:DescribeResourcePolicies': 'policies of CloudWatch Logs have no ARN',
  'logs:DescribeLogGroups': 'it lists them',
  'ecr:GetAuthorizationToken': 'the token is for the whole registry; what it opens is said beside it',
  ...Object.fromEntries(
    ['CreateNetworkInterface', 'DeleteNetworkInterface'].map((name) => [
      `ec2:${name}`,
      'the interface of a build in a VPC has no name before the build; CodeBuild makes it, and takes it away',
    ]),
  ),
  ...Object.fromEntries(
    ['DhcpOptions', 'NetworkInterfaces', 'SecurityGroups', 'Subnets', 'Vpcs'].map((what) => [
      `ec2:Describe${what}`,
      'EC2 knows no resource for what it describes',
    ]),
  ),
};

/** Reads of every function of the account, and the reason why the tag does not restrict them. */
const ALLOWED_OF_A_KIND: AllowedEverywhere = {
  'lambda:ListTags': 'a tag that is missing is found only without a condition on it',
};
const RULES = { allowed: ALLOWED_EVERYWHERE, ofAKind: ALLOWED_OF_A_KIND };

const clusterArns: (variables: { readonly resolveVariable: () => Promise<unknown> }) => Promise<unknown> =
  createRequire(import.meta.url)('../../resources/cluster-arns.cjs');

const packaged: Packaged = await packagedTemplate({
  stage: 'dev',
  params: {
    clusters: 'shop',
    clusterVpcId: 'vpc-01234567',
    clusterSubnetIds: 'subnet-01234567',
    clusterSecurityGroupIds: 'sg-01234567',
  },
});
const statements = statementsOf(packaged);

test('every statement of every role names its resources', () => {
  // 34 functions, 2 state machines and 2 projects. If the roles were not found, nothing would be checked.
  expect(new Set(statements.map(({ role }) => role)).size).toBeGreaterThan(35);
  expect(statements.flatMap((statement) => problemsOf(statement, RULES))).toEqual([]);
});

test('every permission on all resources is needed', () => {
  const used = statements
    .filter(({ statement }) => [statement.Resource].flat().includes('*'))
    .flatMap(({ statement }) => statement.Action);
  expect([...new Set(used)].sort()).toEqual(Object.keys(ALLOWED_EVERYWHERE).sort());
});

test.each<[string, Statement, RegExp]>([
  ['a star', { Action: 's3:GetObject', Resource: '*' }, /s3:GetObject on everything/],
  [
    'a star in a list',
    { Action: ['ecr:GetAuthorizationToken', 'ecr:BatchGetImage'], Resource: ['*'] },
    /BatchGetImage/,
  ],
  [
    'all of a kind',
    { Action: 'lambda:InvokeFunction', Resource: { 'Fn::Sub': `${lambda()}*` } },
    /on all of .*function/,
  ],
  ['all buckets', { Action: 's3:GetObject', Resource: 'arn:aws:s3:::*/manifests/*' }, /on all of .*s3/],
  ['any account', { Action: 'eks:DescribeCluster', Resource: 'arn:aws:eks:eu-west-1:*:cluster/shop' }, /on all of/],
  ['all of a service', { Action: 's3:*', Resource: 'arn:aws:s3:::bucket/key' }, /Name the actions/],
  [
    'what a generator could not read',
    { Action: 'codebuild:StartBuild', Resource: { 'Fn::Sub': ['arn:aws:codebuild:r:1:project/[object Object]', {}] } },
    /is no ARN/,
  ],
])('%s is reported', (_what, statement, says) => {
  expect(problemsOf({ role: 'Planted', statement }, RULES)).toEqual([expect.stringMatching(says)]);
});

test('a permission on all functions of the account is accepted where the tag restricts it', () => {
  const Condition = { StringEquals: { 'aws:ResourceTag/slipway:managed': 'true' } };
  const statement = { Action: 'lambda:GetAlias', Resource: { 'Fn::Sub': `${lambda()}*` }, Condition };
  expect(problemsOf({ role: 'Planted', statement }, RULES)).toEqual([]);
});

test('a state machine may start exactly the builds of its states', () => {
  const project = (name: string) => ({
    'Fn::Sub': [`arn:\${AWS::Partition}:codebuild:\${AWS::Region}:\${AWS::AccountId}:project/slipway-dev-${name}`, {}],
  });
  const rule = `arn:\${AWS::Partition}:events:\${AWS::Region}:\${AWS::AccountId}:rule/StepFunctionsGetEventForCodeBuildStartBuildRule`;
  const beside = (machine: string) =>
    statements
      .filter(({ role, statement }) => role.includes(machine) && !/^(lambda|logs):/.test(String(statement.Action)))
      .map(({ statement: { Action, Resource } }) => ({ Action, Resource }));
  const build = { Action: ['codebuild:StartBuild', 'codebuild:StopBuild', 'codebuild:BatchGetBuilds'] };
  const event = {
    Action: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
    Resource: [{ 'Fn::Sub': [rule, {}] }],
  };

  expect(beside('Dashrollout')).toEqual([
    { ...build, Resource: [project('quick-task'), project('cluster-task'), project('way-back')] },
    event,
  ]);
  expect(beside('Dashrollback')).toEqual([{ ...build, Resource: [project('way-back')] }, event]);
});

test.each<[string | string[], string[]]>([
  ['', ['']],
  ['shop', ['shop']],
  ['shop, ware_house-2', ['shop', 'ware_house-2']],
  [
    ['shop', 'ware_house-2'],
    ['shop', 'ware_house-2'],
  ],
])('with the clusters %j the builds may reach %j', async (clusters, names) => {
  expect(await clusterArns({ resolveVariable: async () => clusters })).toEqual(names.map(clusterArn));
});

test('the builds may reach exactly the clusters that are named', () => {
  const reached = statements.filter(({ statement }) => statement.Action === 'eks:DescribeCluster');
  expect(reached.map(({ role, statement }) => [role, statement.Resource])).toEqual([
    ['ClusterTaskRole', [clusterArn('shop')]],
    ['WayBackRole', [clusterArn('shop')]],
  ]);
});

test.each(['*', 'shop,*', 'shop/other', 'a b'])('%s is refused as a name of a cluster', async (clusters) => {
  await expect(clusterArns({ resolveVariable: async () => clusters })).rejects.toThrow(
    /is not the name of an EKS cluster. Correct the parameter clusters/,
  );
});

test('only the project for forward steps may read manifests of a team', () => {
  const readers = statements.filter(({ statement }) => String(statement.Action).startsWith('s3:List'));
  expect(readers.map(({ role }) => role)).toEqual(['ClusterTaskRole']);
});

function clusterArn(name: string) {
  return { 'Fn::Sub': `arn:\${AWS::Partition}:eks:\${AWS::Region}:\${AWS::AccountId}:cluster/${name}` };
}

function lambda(): string {
  return `arn:\${AWS::Partition}:lambda:\${AWS::Region}:\${AWS::AccountId}:function:`;
}
