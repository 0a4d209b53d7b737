import { type Packaged, packagedTemplate } from '../repo/packaged-template.ts';
import { STACK_VARIANTS, variantName } from '../repo/stack-variants.ts';
import { exceptionsFor, leftOverExceptions, problemsIn } from './exceptions.ts';
import { type Finding, findingsOf, type Tool } from './findings.ts';

const TOOLS: readonly Tool[] = ['cfn-lint', 'checkov'];

const templates = await Promise.all(STACK_VARIANTS.map(packagedTemplate));
const [dev] = templates as [Packaged, ...Packaged[]];
/** Careless settings, as a person might write them. */
const CARELESS = {
  Open: { Type: 'AWS::S3::Bucket', Properties: { AccessControl: 'PublicRead' } },
  Unencrypted: { Type: 'AWS::SQS::Queue', Properties: { MessageRetentionPeriod: 'two weeks', Typo: true } },
  Admin: {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
      },
      Policies: [
        {
          PolicyName: 'all',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: '*', Resource: { 'Fn::GetAtt': ['Open', 'Aarn'] } }],
          },
        },
      ],
    },
  },
};

const careless = { ...dev, Resources: { ...dev.Resources, ...CARELESS } };
const found = new Map<Tool, Finding[][]>(
  await Promise.all(
    TOOLS.map(async (tool): Promise<[Tool, Finding[][]]> => [tool, await findingsOf(tool, [...templates, careless])]),
  ),
);
const inStack = (tool: Tool) => (found.get(tool) ?? []).slice(0, templates.length);
const inCareless = (tool: Tool) => found.get(tool)?.at(-1) ?? [];

test.each(TOOLS)('%s finds only intended exceptions', (tool) => {
  const problems = inStack(tool).map((findings, index) => [
    variantName(STACK_VARIANTS[index] ?? { stage: '' }),
    problemsIn(findings, exceptionsFor(tool)),
  ]);
  expect(problems).toEqual(STACK_VARIANTS.map((variant) => [variantName(variant), []]));
});

test.each(TOOLS)('every exception from %s is needed, and has its reason', (tool) => {
  expect(leftOverExceptions(exceptionsFor(tool), inStack(tool).flat())).toEqual([]);
});

test.each<[Tool, string[]]>([
  [
    'cfn-lint',
    [
      "E3012 on AWS::SQS::Queue/Unencrypted: 'two weeks' is not of type 'integer'",
      "E3002 on AWS::SQS::Queue/Unencrypted: Additional properties are not allowed ('Typo' was unexpected)",
      "E1010 on AWS::IAM::Role/Admin: 'Aarn' is not one of",
    ],
  ],
  [
    'checkov',
    [
      'CKV_AWS_20 on AWS::S3::Bucket/Open: Ensure the S3 bucket does not allow READ permissions to everyone',
      'CKV_AWS_53 on AWS::S3::Bucket/Open: Ensure S3 bucket has block public ACLs enabled',
      'CKV_AWS_27 on AWS::SQS::Queue/Unencrypted: Ensure all data stored in the SQS queue is encrypted',
      'CKV_AWS_63 on AWS::IAM::Role/Admin: Ensure no IAM policies documents allow "*" as a statement\'s actions',
      'CKV_AWS_60 on AWS::IAM::Role/Admin: Ensure IAM role allows only specific services or principals to assume it',
    ],
  ],
])('%s finds each planted fault', (tool, planted) => {
  const problems = problemsIn(inCareless(tool), exceptionsFor(tool));
  for (const problem of planted) expect(problems).toContainEqual(expect.stringContaining(problem));
});

test('an exception holds only for its resource, and is a problem without a finding or a reason', () => {
  const finding = { rule: 'CKV_AWS_27', on: 'AWS::SQS::Queue/FailedEvents', says: 'encrypted' };
  const other = { ...finding, on: 'AWS::SQS::Queue/FailedEventsToo' };
  const exception = {
    rule: 'CKV_AWS_27',
    on: ['AWS::SQS::Queue/FailedEvents'],
    because: 'It is encrypted by SQS itself.',
  };
  expect(problemsIn([finding, other], [exception])).toEqual([
    'CKV_AWS_27 on AWS::SQS::Queue/FailedEventsToo: encrypted',
  ]);
  expect(problemsIn([finding, other], [{ ...exception, on: ['AWS::SQS::Queue/*'] }])).toEqual([]);

  expect(leftOverExceptions([exception], [finding])).toEqual([]);
  expect(leftOverExceptions([exception], [other])).toEqual([expect.stringContaining('is not found there')]);
  expect(leftOverExceptions([{ ...exception, because: '' }], [finding])).toEqual([
    expect.stringContaining('without a reason'),
  ]);
});
