import { versionOfArn } from '../../src/domain/lambda/version-arn.ts';

const OWN = 'arn:aws:lambda:eu-west-1:123456789012:function:shop';
const own = { functionArn: OWN };

test('the number of a version of the own function is taken from its ARN', () => {
  expect(versionOfArn(`${OWN}:44`, own)).toEqual({ version: '44' });
});

test.each<[string, RegExp]>([
  [OWN, /names no version\. Add its number, as in arn:aws:lambda:eu-west-1:123456789012:function:shop:42\.$/],
  [`${OWN}:live`, /is an alias, which moves\. Name the version by its number/],
  [`${OWN}:044`, /is an alias/],
  [`${OWN}:$LATEST`, /is not a published version\. Write "version": "latest"/],
  [
    'arn:aws:lambda:eu-west-1:123456789012:function:cart:44',
    /is of the function cart, and this .* the function shop\./,
  ],
  ['arn:aws:lambda:us-east-1:123456789012:function:shop:44', /is of the region us-east-1, .* the region eu-west-1\./],
  ['arn:aws:lambda::123456789012:function:shop:44', /is of the region \(none\)/],
  ['arn:aws:lambda:eu-west-1:210987654321:function:shop:44', /is of the account 210987654321/],
  ['arn:aws-us-gov:lambda:eu-west-1:123456789012:function:shop:44', /is of the partition aws-us-gov/],
  ['arn:aws:ecs:eu-west-1:123456789012:function:shop:44', /is not the ARN of a Lambda function's version/],
  ['arn:aws:lambda:eu-west-1:123456789012:layer:shop:44', /is not the ARN of a Lambda function's version/],
  [`${OWN}:44:1`, /is not the ARN of a Lambda function's version/],
  ['arn:', /is not the ARN of a Lambda function's version/],
  ['arn:aws:lambda:eu-west-1:123456789012:function', /is not the ARN of a Lambda function's version/],
])('%s is refused', (arn, problem) => {
  expect(versionOfArn(arn, own)).toEqual({ problem: expect.stringMatching(problem) });
});
