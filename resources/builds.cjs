/**
 * The container tasks for clusters: none where no cluster is named, and in a VPC where the cluster is reached from there alone. Lambda
 * compute, on which the way back starts within seconds, has no way into a VPC.
 */
const VPC = {
  clusterVpcId: { form: /^vpc-[0-9a-f]{8,17}$/, is: 'the id of a VPC' },
  clusterSubnetIds: { form: /^subnet-[0-9a-f]{8,17}$/, is: 'the id of a subnet', isList: true },
  clusterSecurityGroupIds: { form: /^sg-[0-9a-f]{8,17}$/, is: 'the id of a security group', isList: true },
};
const NOTHING = { Ref: 'AWS::NoValue' };

/** The part of the stack that only clusters need. */
async function resources({ resolveVariable }) {
  const clusters = [await resolveVariable('param:clusters')].flat().join('').trim();
  if (clusters === '') return {};
  const builds = await resolveVariable('file(resources/builds.yml)');
  const vpc = await vpcGiven(resolveVariable);
  return vpc === null ? builds : { ...builds, ...(await withPolicy(builds, vpc)) };
}

async function vpcConfig({ resolveVariable }) {
  const vpc = await vpcGiven(resolveVariable);
  if (vpc === null) return NOTHING;
  return { VpcId: vpc.clusterVpcId[0], Subnets: vpc.clusterSubnetIds, SecurityGroupIds: vpc.clusterSecurityGroupIds };
}

const wayBackType = async (variables) => ((await isOnLambda(variables)) ? 'ARM_LAMBDA_CONTAINER' : 'ARM_CONTAINER');
const computeType = (onLambda) => async (variables) =>
  (await isOnLambda(variables)) ? onLambda : 'BUILD_GENERAL1_SMALL';
const wayBackComputeType = computeType('BUILD_LAMBDA_2GB');
const quickComputeType = computeType('BUILD_LAMBDA_4GB');
/** Together below the 14 minutes after which the states TakeBackOnCluster and RunQuicklyOnCluster give it up. Lambda compute takes neither. */
const wayBackQueuedMinutes = async (variables) => ((await isOnLambda(variables)) ? NOTHING : 5);
const wayBackMinutes = async (variables) => ((await isOnLambda(variables)) ? NOTHING : 8);

async function isOnLambda({ resolveVariable }) {
  const given = String(await resolveVariable('param:wayBackCompute'));
  if (given !== 'lambda' && given !== 'container') {
    throw new Error(`${given} is no compute of CodeBuild. Set the parameter wayBackCompute to lambda or container.`);
  }
  return given === 'lambda' && (await vpcGiven(resolveVariable)) === null;
}

/** All three parameters, or null where none is given. */
async function vpcGiven(resolveVariable) {
  const given = await Promise.all(
    Object.keys(VPC).map(async (name) => [name, listOf(await resolveVariable(`param:${name}`))]),
  );
  const missing = given.filter(([, values]) => values.length === 0).map(([name]) => name);
  if (missing.length === given.length) return null;
  if (missing.length > 0) {
    throw new Error(
      `The VPC of the clusters is half set: ${missing.join(', ')} is missing. Give it, or leave all of them out.`,
    );
  }
  for (const [name, values] of given) {
    const { form, is, isList = false } = VPC[name];
    const strange =
      values.find((value) => !form.test(value)) ?? (isList || values.length === 1 ? undefined : values.join());
    if (strange !== undefined) throw new Error(`${strange} is not ${is}. Correct the parameter ${name}.`);
  }
  return Object.fromEntries(given);
}

function listOf(value) {
  const words = [value].flat().join(',').split(',');
  return words.map((word) => word.trim()).filter((word) => word !== '');
}

/** What CodeBuild does in a VPC, it does with the role of the project. */
function withPolicy(builds, { clusterSubnetIds }) {
  const arn = (rest) => ({ 'Fn::Sub': `arn:\${AWS::Partition}:ec2:\${AWS::Region}:\${AWS::AccountId}:${rest}` });
  const find = ['DhcpOptions', 'NetworkInterfaces', 'SecurityGroups', 'Subnets', 'Vpcs'].map(
    (what) => `ec2:Describe${what}`,
  );
  const Statement = [
    // CodeBuild makes an interface in a subnet and takes it away again; AWS knows no narrower resource for it.
    {
      Sid: 'EnterVpc',
      Effect: 'Allow',
      Action: ['ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface', ...find],
      Resource: '*',
    },
    {
      Sid: 'HandInterfaceToCodeBuild',
      Effect: 'Allow',
      Action: 'ec2:CreateNetworkInterfacePermission',
      Resource: arn('network-interface/*'),
      Condition: {
        StringEquals: { 'ec2:AuthorizedService': 'codebuild.amazonaws.com' },
        ArnEquals: { 'ec2:Subnet': clusterSubnetIds.map((id) => arn(`subnet/${id}`)) },
      },
    },
  ];
  const Roles = ['ClusterTaskRole', 'WayBackRole'].map((Ref) => ({ Ref }));
  const Properties = { PolicyName: 'vpc', Roles, PolicyDocument: { Version: '2012-10-17', Statement } };
  // A project in a VPC is refused while its role may not enter it.
  const after = { DependsOn: ['BuildsInVpc'] };
  return {
    Resources: {
      ...builds.Resources,
      ClusterTask: { ...builds.Resources.ClusterTask, ...after },
      QuickTask: { ...builds.Resources.QuickTask, ...after },
      WayBack: { ...builds.Resources.WayBack, ...after },
      BuildsInVpc: { Type: 'AWS::IAM::Policy', Properties },
    },
  };
}

module.exports = {
  resources,
  vpcConfig,
  wayBackType,
  wayBackComputeType,
  quickComputeType,
  wayBackQueuedMinutes,
  wayBackMinutes,
};
