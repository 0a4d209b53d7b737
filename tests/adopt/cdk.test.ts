import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { callersOfAnAlias, callersPastTheAlias, ofType, type Template } from '../examples/template.ts';
import { copyOfApp, synthesise } from './cdk.ts';

let first: Template;
let second: Template;
let onCurrentVersion: Template;
const app = () => copyOfApp(new URL('../../examples/adopt/cdk', import.meta.url).pathname);
const copies: string[] = [];

beforeAll(async () => {
  const [released, usual] = [app(), app()];
  copies.push(released, usual);
  first = (await synthesise(released)).template;
  appendFileSync(join(released, 'src/shop.mjs'), '\n// The next release.\n');
  second = (await synthesise(released)).template;
  const text = readFileSync(join(usual, 'app.ts'), 'utf8');
  writeFileSync(join(usual, 'app.ts'), text.replace('version: first', 'version: fn.currentVersion'));
  onCurrentVersion = (await synthesise(usual)).template;
});

afterAll(() => {
  for (const copy of copies) rmSync(copy, { recursive: true });
});

test('every trigger of the CDK example calls the alias', () => {
  expect(callersPastTheAlias(first)).toEqual([]);
  expect(callersOfAnAlias(first)).toEqual([
    'AWS::ApiGatewayV2::Integration',
    'AWS::Lambda::EventSourceMapping',
    'AWS::Lambda::Permission',
  ]);
});

test('a release of the CDK example changes the code of the functions, and neither a version nor an alias', () => {
  expect(second).not.toEqual(first);
  for (const type of ['AWS::Lambda::Version', 'AWS::Lambda::Alias']) {
    expect(ofType(first, type)).toHaveLength(2);
    expect(ofType(second, type)).toEqual(ofType(first, type));
  }
});

test('the versions of the CDK example survive a change of the stack, because Slipway rolls back to them', () => {
  for (const [id, { DeletionPolicy }] of ofType(first, 'AWS::Lambda::Version')) {
    expect({ id, DeletionPolicy }).toEqual({ id, DeletionPolicy: 'Retain' });
  }
});

test('currentVersion has no policy that keeps it, so the stack deletes the version for a rollback', () => {
  const current = ofType(onCurrentVersion, 'AWS::Lambda::Version').filter(([id]) => id.includes('CurrentVersion'));
  expect(current.map(([, { DeletionPolicy }]) => DeletionPolicy)).toEqual([undefined, undefined]);
});

test('every function of the CDK example has the tag that lets Slipway deploy to it', () => {
  for (const [id, { Properties }] of ofType(first, 'AWS::Lambda::Function')) {
    expect({ id, tags: Properties?.Tags }).toEqual({ id, tags: [{ Key: 'slipway:managed', Value: 'true' }] });
  }
});

test('the alarm of the CDK example counts only the calls of the alias', () => {
  const [[, alarm] = []] = ofType(first, 'AWS::CloudWatch::Alarm');
  const [[fn] = []] = ofType(first, 'AWS::Lambda::Function');
  expect(alarm?.Properties?.Dimensions).toEqual([
    { Name: 'FunctionName', Value: { Ref: fn } },
    { Name: 'Resource', Value: { 'Fn::Join': ['', [{ Ref: fn }, ':live']] } },
  ]);
});
