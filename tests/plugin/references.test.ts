import { createRequire } from 'node:module';

/** Each form in which a template names a function becomes the same form with the name of the alias. */
const { moveReferences } = createRequire(import.meta.url)('../../plugin/references.js');

const one = { name: 'shop-prod-api', alias: 'live', functionId: 'ApiLambdaFunction', aliasId: 'ApiLive' };
const ARN = { 'Fn::GetAtt': ['ApiLambdaFunction', 'Arn'] };
const LIVE = { Ref: 'ApiLive' };
const moved = (value: unknown) => moveReferences(value, one).value;

test.each<[string, unknown, unknown]>([
  ['its name', { Ref: 'ApiLambdaFunction' }, LIVE],
  ['its ARN', ARN, LIVE],
  ['its ARN in one word', { 'Fn::GetAtt': 'ApiLambdaFunction.Arn' }, LIVE],
  ['its ARN in a Sub', { 'Fn::Sub': 'a/${ApiLambdaFunction.Arn}/b' }, { 'Fn::Sub': 'a/${ApiLive}/b' }],
  [
    'its name in an ARN in a Sub',
    { 'Fn::Sub': 'arn:aws:lambda:${AWS::Region}:1:function:${ApiLambdaFunction}' },
    { 'Fn::Sub': 'arn:aws:lambda:${AWS::Region}:1:function:${ApiLambdaFunction}:live' },
  ],
  ['a Sub that is its name', { 'Fn::Sub': '${ApiLambdaFunction}' }, { 'Fn::Sub': '${ApiLambdaFunction}:live' }],
  ['a variable of a Sub', { 'Fn::Sub': ['x/${F}', { F: ARN }] }, { 'Fn::Sub': 'x/${ApiLive}' }],
  [
    'a variable of a Sub that is a name in an ARN',
    { 'Fn::Sub': ['arn:aws:lambda:r:1:function:${F}/${G}', { F: { Ref: 'ApiLambdaFunction' }, G: 'g' }] },
    { 'Fn::Sub': ['arn:aws:lambda:r:1:function:${ApiLambdaFunction}:live/${G}', { G: 'g' }] },
  ],
  [
    'what a state machine calls by its bare name',
    { Parameters: { FunctionName: 'shop-prod-api' } },
    { Parameters: { FunctionName: 'shop-prod-api:live' } },
  ],
  [
    'what the text of a state machine calls',
    { 'Fn::Sub': '{"FunctionName":"${ApiLambdaFunction}","Payload":{"FunctionName": "shop-prod-api"}}' },
    { 'Fn::Sub': '{"FunctionName":"${ApiLambdaFunction}:live","Payload":{"FunctionName": "shop-prod-api:live"}}' },
  ],
  [
    'an ARN written out',
    'arn:aws:lambda:eu-west-1:1:function:shop-prod-api',
    'arn:aws:lambda:eu-west-1:1:function:shop-prod-api:live',
  ],
  ['$LATEST, which is the same', { 'Fn::Sub': '${ApiLambdaFunction.Arn}:$LATEST' }, { 'Fn::Sub': '${ApiLive}' }],
  ['a Join', { 'Fn::Join': ['', ['p/', ARN, '/invocations']] }, { 'Fn::Join': ['', ['p/', LIVE, '/invocations']] }],
  ['a Join that qualifies it already', { 'Fn::Join': [':', [ARN, 'live']] }, LIVE],
  [
    'a Join that qualifies it already, and goes on',
    { 'Fn::Join': ['', ['p/', ARN, ':', 'live', '/invocations']] },
    { 'Fn::Join': ['', ['p/', LIVE, '/invocations']] },
  ],
  [
    'a Join that qualifies it within a text',
    { 'Fn::Join': ['', ['p/', ARN, ':$LATEST/invocations']] },
    { 'Fn::Join': ['', ['p/', LIVE, '/invocations']] },
  ],
  [
    'a Join of an ARN by its name',
    { 'Fn::Join': [':', ['arn', 'aws', 'lambda', 'r', 'a', 'function', { Ref: 'ApiLambdaFunction' }]] },
    { 'Fn::Join': [':', ['arn', 'aws', 'lambda', 'r', 'a', 'function', { Ref: 'ApiLambdaFunction' }, 'live']] },
  ],
  [
    'a Join of an ARN with its name written out',
    { 'Fn::Join': ['', ['arn:aws:lambda:', { Ref: 'AWS::Region' }, ':1:function:shop-prod-api']] },
    { 'Fn::Join': ['', ['arn:aws:lambda:', { Ref: 'AWS::Region' }, ':1:function:shop-prod-api', ':live']] },
  ],
])('%s becomes the alias', (_, before, after) => {
  expect(moved({ deep: [before] })).toEqual({ deep: [after] });
  // A reference to the alias stays as it is, so that a template may go through the plugin twice.
  expect(moved({ deep: [after] })).toEqual({ deep: [after] });
});

test.each<[string, unknown]>([
  ['another function whose name begins alike', 'arn:aws:lambda:eu-west-1:1:function:shop-prod-api-admin'],
  ['another function of the stack', { 'Fn::GetAtt': ['ApiLambdaFunctionTwo', 'Arn'] }],
  ['the name of a rule and of its target', { Name: { Ref: 'ApiLambdaFunction' }, Id: { Ref: 'ApiLambdaFunction' } }],
  ['its log group in a Join', { G: { 'Fn::Join': ['', ['/aws/lambda/', { Ref: 'ApiLambdaFunction' }]] } }],
  ['a bucket that is called after it', { B: { 'Fn::Join': ['-', [{ Ref: 'ApiLambdaFunction' }, 'uploads']] } }],
  ['a name that is made of it', { 'Fn::Sub': '/aws/lambda/${ApiLambdaFunction}' }],
  ['every version of it, in a policy', { 'Fn::Sub': '${ApiLambdaFunction.Arn}:*' }],
  ['its name where no function is meant', 'shop-prod-api'],
  ['its role', { 'Fn::GetAtt': ['ApiLambdaFunction', 'Role'] }],
])('%s stays as it is', (_, value) => {
  expect(moveReferences(value, one)).toEqual({ moved: [], elsewhere: [], value });
});

test.each<[unknown, string]>([
  [{ 'Fn::Join': [':', [ARN, 'provisioned']] }, 'provisioned'],
  [{ 'Fn::Sub': '${ApiLambdaFunction.Arn}:7' }, '7'],
  ['arn:aws:lambda:eu-west-1:1:function:shop-prod-api:blue', 'blue'],
])('another version or alias is reported and not moved: %j', (value, qualifier) => {
  expect(moveReferences({ at: value }, one)).toMatchObject({
    moved: [],
    elsewhere: [{ qualifier }],
    value: { at: value },
  });
});
