/** The stacks that are proved: one with a cluster, one as shipped for production, and one with every optional part. */
import type { PackageOrder } from './packaged-template.ts';

export const STACK_VARIANTS: readonly PackageOrder[] = [
  { stage: 'dev', params: { clusters: 'staging' } },
  { stage: 'prod' },
  {
    stage: 'prod',
    params: {
      clusters: 'production',
      clusterVpcId: 'vpc-0123456789abcdef0',
      clusterSubnetIds: 'subnet-0123456789abcdef0,subnet-0123456789abcdef1',
      clusterSecurityGroupIds: 'sg-0123456789abcdef0',
      wayBackConcurrency: '5',
      databaseUrl: 'postgres://slipway@db.example/slipway?sslmode=verify-full',
      databaseSecretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:slipway-AbCdEf',
      codeConnectionArn:
        'arn:aws:codeconnections:us-east-1:123456789012:connection/0f3a2b1c-1111-2222-3333-444455556666',
      pipelineRepository: 'acme/checkout',
      pipelineBranch: 'main',
      pipelineService: 'checkout',
      notifyEmail: 'on-call@example.com',
      notifyHttps: 'https://hooks.example.com/slipway',
      tracing: 'true',
      oidcIssuers: 'https://token.actions.githubusercontent.com',
      tokenAudience: 'slipway-prod',
    },
  },
];

export function variantName({ stage, params }: PackageOrder): string {
  const isWhole = params?.databaseUrl !== undefined;
  return params === undefined ? stage : `${stage} with ${isWhole ? 'everything' : Object.keys(params).join()}`;
}
