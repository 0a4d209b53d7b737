import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { packagedTemplate } from '../repo/packaged-template.ts';
import { STACK_VARIANTS } from '../repo/stack-variants.ts';
import { type Exception, leftOverExceptions, problemsIn } from '../stack/exceptions.ts';
import { type PolicyDocument, policyDocuments } from './policy-documents.ts';
import { askPython } from './python.ts';
import { hasSeen } from './seen.ts';

interface Answer {
  readonly findings: readonly { readonly rule: string; readonly on: string; readonly says: string }[];
  readonly statements: number;
  readonly actions: number;
  readonly resources: number;
}

const templates = await Promise.all(STACK_VARIANTS.map(packagedTemplate));
const documents = templates.flatMap(policyDocuments);
const exceptions = parse(
  readFileSync(new URL('./policy-exceptions.yml', import.meta.url), 'utf8'),
) as readonly Exception[];
const { findings, ...seen } = await askPython<Answer>('policies.py', documents);

afterAll(() => hasSeen('policies', { policies: documents.length, ...seen }));

test('parliament and the AWS tables find only the listed exceptions in the packaged policies', () => {
  expect(documents.filter(({ kind }) => kind === 'identity').length).toBeGreaterThan(100);
  expect(problemsIn(findings, exceptions)).toEqual([]);
});

test('every exception for a policy is needed and has its reason', () => {
  expect(leftOverExceptions(exceptions, findings)).toEqual([]);
  const unused: Exception = {
    rule: 'NO_VERSION',
    on: ['identity/s3:GetObject'],
    because: 'It was so for a long time.',
  };
  expect(leftOverExceptions([unused], findings)).toEqual([expect.stringContaining('Delete the exception')]);
});

const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:slipway-dev-reconcile';

const PLANTED: readonly (readonly [what: string, kind: PolicyDocument['kind'], statement: object, rule: string])[] = [
  [
    'an action that there is not',
    'identity',
    { Action: 'lambda:InvokeFunctoin', Resource: FUNCTION },
    'UNKNOWN_ACTION',
  ],
  [
    'the same in the other tables',
    'identity',
    { Action: 'lambda:InvokeFunctoin', Resource: FUNCTION },
    'ACTION_IN_NO_TABLE',
  ],
  ['a service that there is not', 'identity', { Action: 'lamda:InvokeFunction', Resource: FUNCTION }, 'UNKNOWN_PREFIX'],
  ['a resource of another service', 'identity', { Action: 'sqs:SendMessage', Resource: FUNCTION }, 'RESOURCE_MISMATCH'],
  [
    'the same by the ARN formats',
    'identity',
    { Action: 'sqs:SendMessage', Resource: FUNCTION },
    'ACTION_OF_NO_RESOURCE',
  ],
  [
    'a resource that no action is for',
    'identity',
    { Action: 'lambda:GetAlias', Resource: [FUNCTION, 'arn:aws:sqs:us-east-1:123456789012:q'] },
    'RESOURCE_OF_NO_ACTION',
  ],
  [
    'an ARN of the wrong form',
    'identity',
    { Action: 'lambda:GetAlias', Resource: FUNCTION.replace(':function:', ':functions/') },
    'ACTION_OF_NO_RESOURCE',
  ],
  [
    'an action that takes only *',
    'identity',
    { Action: 'xray:PutTraceSegments', Resource: FUNCTION },
    'ACTION_WITHOUT_RESOURCES',
  ],
  ['* where a resource can be named', 'identity', { Action: 'sqs:SendMessage', Resource: '*' }, 'RESOURCE_STAR'],
  ['half an ARN', 'identity', { Action: 'sqs:SendMessage', Resource: 'arn:aws:sqs' }, 'INVALID_ARN'],
  [
    'a condition that the action does not know',
    'identity',
    { Action: 'lambda:GetAlias', Resource: FUNCTION, Condition: { StringEquals: { 's3:prefix': 'x' } } },
    'UNKNOWN_CONDITION_FOR_ACTION',
  ],
  [
    'a condition on what there is not',
    'resource',
    {
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: 'arn:aws:sqs:us-east-1:123456789012:q',
      Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:events:us-east-1:123456789012:rules/slipway-dev-*' } },
    },
    'CONDITION_OF_NO_RESOURCE',
  ],
  [
    'an operator that there is not',
    'trust',
    {
      Action: 'sts:AssumeRole',
      Principal: { Service: 'lambda.amazonaws.com' },
      Condition: { StringIs: { 'aws:SourceAccount': '1' } },
    },
    'UNKNOWN_OPERATOR',
  ],
  [
    'an action for nobody',
    'resource',
    { Action: 'sqs:SendMessage', Resource: 'arn:aws:sqs:us-east-1:1:q', Effects: 'x' },
    'MALFORMED',
  ],
];
const planted = await askPython<Answer>(
  'policies.py',
  PLANTED.map(([what, kind, statement]) => ({
    at: what,
    kind,
    document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] },
  })),
);

test.each(PLANTED)('%s is found when a test plants it', (what, kind, _statement, rule) => {
  expect(problemsIn(planted.findings, exceptions)).toContainEqual(
    expect.stringMatching(`^${rule} on ${kind}/\\S+: ${what.replace('*', '\\*')}: `),
  );
});
