import { type Named, onAlias, qualifiersIn } from '../../src/cli/adopt/references.ts';

const named: Named = {
  id: 'Fn',
  functionName: 'shop-fn',
  aliases: new Map([['Old', 'provisioned']]),
  versions: ['V1'],
};
const alias = { id: 'FnLive', name: 'live' };
const fn = { 'Fn::GetAtt': ['Fn', 'Arn'] };
const invocations = 'arn:aws:apigateway:x:lambda:path/functions';

test.each([
  [fn, '$LATEST', { Ref: 'FnLive' }],
  [{ Ref: 'Fn' }, '$LATEST', { Ref: 'FnLive' }],
  [{ Ref: 'Old' }, 'provisioned', { Ref: 'FnLive' }],
  [{ 'Fn::Join': [':', [fn, 'provisioned']] }, 'provisioned', { Ref: 'FnLive' }],
  [
    { 'Fn::Join': ['', [`${invocations}/`, fn, '/invocations']] },
    '$LATEST',
    { 'Fn::Join': ['', [`${invocations}/`, { Ref: 'FnLive' }, '/invocations']] },
  ],
  [
    { 'Fn::Join': ['', [`${invocations}/`, fn, ':blue/invocations']] },
    'blue',
    { 'Fn::Join': ['', [`${invocations}/`, { Ref: 'FnLive' }, '/invocations']] },
  ],
  [
    { 'Fn::Join': ['', ['arn:aws:lambda:x:1:function:', { Ref: 'Fn' }]] },
    '$LATEST',
    { 'Fn::Join': ['', ['arn:aws:lambda:x:1:function:', { Ref: 'Fn' }, ':live']] },
  ],
  [
    { 'Fn::Sub': `${invocations}/\${Fn.Arn}/invocations` },
    '$LATEST',
    { 'Fn::Sub': `${invocations}/\${FnLive}/invocations` },
  ],
  [
    { 'Fn::Sub': [`arn:x:function:\${Name}`, { Name: { Ref: 'Fn' } }] },
    '$LATEST',
    { 'Fn::Sub': `arn:x:function:\${Fn}:live` },
  ],
  [{ 'Fn::Sub': `arn:x:function:\${Fn}` }, '$LATEST', { 'Fn::Sub': `arn:x:function:\${Fn}:live` }],
  [{ FunctionName: 'shop-fn' }, '$LATEST', { FunctionName: 'shop-fn:live' }],
  ['arn:aws:lambda:x:1:function:shop-fn', '$LATEST', 'arn:aws:lambda:x:1:function:shop-fn:live'],
  [[{ Arn: fn, Id: 'a' }], '$LATEST', [{ Arn: { Ref: 'FnLive' }, Id: 'a' }]],
])('%j calls %s, and moved to the alias it is %j', (value, qualifier, moved) => {
  expect(qualifiersIn(value, named)).toEqual([qualifier]);
  expect(onAlias(value, { named, alias })).toEqual(moved);
});

test.each([
  ['another function', 'shop-fn-two'],
  ['another ARN', 'arn:aws:lambda:x:1:function:shop-fn-two'],
  ['another logical id', { Ref: 'FnTwo' }],
  ['a name within a text', 'the shop-fn of before'],
])('%s is not a call of the function, and stays as it is', (_, value) => {
  expect(qualifiersIn(value, named)).toEqual([]);
  expect(onAlias(value, { named, alias })).toEqual(value);
});

test('a published version is not an alias, because it never changes', () => {
  expect(qualifiersIn({ Ref: 'V1' }, named)).toEqual(['a version']);
});
