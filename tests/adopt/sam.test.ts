import { readFileSync } from 'node:fs';
import { callersOfAnAlias, callersPastTheAlias, ofType, type Template } from '../examples/template.ts';
import { translateSam } from './sam.ts';

const text = readFileSync(new URL('../../examples/adopt/sam/template.yaml', import.meta.url), 'utf8');
const release = (code: string) => translateSam({ text, code: `s3://code/${code}` });

let first: Template;
let second: Template;
beforeAll(async () => {
  [first, second] = await Promise.all([release('1111'), release('2222')]);
});

test('SAM puts every trigger of the example on the alias', () => {
  expect(callersPastTheAlias(first)).toEqual([]);
  expect(callersOfAnAlias(first)).toEqual([
    'AWS::ApiGatewayV2::Api',
    'AWS::Lambda::EventSourceMapping',
    'AWS::Lambda::Permission',
  ]);
});

test('a release of the SAM example changes the code of the functions, and neither a version nor an alias', () => {
  expect(second).not.toEqual(first);
  for (const type of ['AWS::Lambda::Version', 'AWS::Lambda::Alias']) {
    expect(ofType(first, type)).toHaveLength(2);
    expect(ofType(second, type)).toEqual(ofType(first, type));
  }
});

test('the version of the SAM example survives a change of its stack, because Slipway rolls back to it', () => {
  for (const [id, { DeletionPolicy }] of ofType(first, 'AWS::Lambda::Version')) {
    expect({ id, DeletionPolicy }).toEqual({ id, DeletionPolicy: 'Retain' });
  }
});

test('without AutoPublishCodeSha256 SAM makes another version for each release, and moves the alias to it', async () => {
  const plain = text.replace(/^ *AutoPublishCodeSha256: .*\n/gm, '');
  const [one, other] = await Promise.all(
    ['1111', '2222'].map((code) => translateSam({ text: plain, code: `s3://code/${code}` })),
  );
  expect(ofType(other as Template, 'AWS::Lambda::Alias')).not.toEqual(ofType(one as Template, 'AWS::Lambda::Alias'));
});

test('a stack that has a version keeps it when AutoPublishCodeSha256 has the end of its logical id', async () => {
  const plain = await translateSam({ text: text.replace(/^ *AutoPublishCodeSha256: .*\n/gm, ''), code: 's3://code/1' });
  const [id = ''] = ofType(plain, 'AWS::Lambda::Version').map(([name]) => name);
  const pinned = text.replace('0000000000', id.slice('ApiVersion'.length));
  const after = await translateSam({ text: pinned, code: 's3://code/2' });
  expect(ofType(after, 'AWS::Lambda::Version').map(([name]) => name)).toContain(id);
});

test('every function that the SAM example makes has the tag that lets Slipway deploy to it', () => {
  for (const [id, { Properties }] of ofType(first, 'AWS::Lambda::Function')) {
    expect({ id, tags: Properties?.Tags }).toEqual({
      id,
      tags: expect.arrayContaining([{ Key: 'slipway:managed', Value: 'true' }]),
    });
  }
});

test('the alarm of the SAM example counts only the calls of the alias', () => {
  const [[, alarm] = []] = ofType(first, 'AWS::CloudWatch::Alarm');
  expect(alarm?.Properties?.Dimensions).toEqual([
    { Name: 'FunctionName', Value: { Ref: 'Api' } },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation fills it in
    { Name: 'Resource', Value: { 'Fn::Sub': '${Api}:live' } },
  ]);
});
