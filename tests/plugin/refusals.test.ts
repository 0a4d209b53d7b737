import { readText } from '../repo/sources.ts';
import { type PackagedService, packagedServices } from './packaged-service.ts';

/**
 * A service that cannot be put behind an alias, or cannot be right, ends the command before anything is deployed. The
 * message has the next step.
 */
const small = readText('tests/plugin/services/http-and-queue.yml');
const slipway = (settings: string) => `${small}custom:\n  slipway: ${settings}\n`;
const ofApi = (settings: string) =>
  small.replace('  api:\n    handler: index.handler\n', `  api:\n    handler: index.handler\n    ${settings}\n`);
const withResource = (text: string) => `${small}resources:\n  Resources:\n${text}`;

const cases: readonly (readonly [what: string, service: string, says: RegExp])[] = [
  [
    'a function that is not there',
    slipway('{ functions: [apis] }'),
    /names apis, which is not a function of this service. Its functions are api, jobs/,
  ],
  ['an alias that Lambda refuses', slipway('{ alias: "1" }'), /custom.slipway.alias is "1". Write a name/],
  [
    'an address without TLS',
    slipway('{ url: "http://slipway.example" }'),
    /custom.slipway.url is "http:\/\/slipway.example". Write .* https:\/\//,
  ],
  [
    'a token in the file',
    slipway('{ token: eyJhbGciOi.eyJzdWIi.c2ln }'),
    /not the name of an environment variable.*does not belong in a file/,
  ],
  [
    'two functions that are one service',
    slipway('{ functions: { api: { service: shop }, jobs: { service: shop } } }'),
    /would both be the service shop of Slipway. Give one of them another name/,
  ],
  [
    'a file about another function',
    slipway('{ functions: { api: { spec: other.yml } } }'),
    /is about the function other, and api is shop-dev-api/,
  ],
  ['a file that is not there', slipway('{ spec: none.yml }'), /none.yml cannot be read/],
  [
    'provisioned concurrency',
    ofApi('provisionedConcurrency: 1'),
    /api has provisionedConcurrency.*Take it off, or leave api out/,
  ],
  ['SnapStart', ofApi('snapStart: true'), /api has snapStart.*ApplyOn: PublishedVersions/],
  [
    'Lambda@Edge',
    small.replace(
      '- httpApi: { method: GET, path: /orders }',
      '- cloudFront: { eventType: viewer-request, origin: "https://a.example" }',
    ),
    /api has a cloudFront event.*never an alias.*Leave api out/,
  ],
  [
    'a caller that nobody knows',
    withResource('    Odd: { Type: "AWS::Odd::Caller", Properties: { Target: !GetAtt ApiLambdaFunction.Arn } }\n'),
    /Odd \(AWS::Odd::Caller\) names api at Target. If it calls the function, write !Ref ApiLive there.*custom.slipway.leave/,
  ],
  [
    'a trigger on another version',
    withResource(
      '    Other: { Type: "AWS::Events::Rule", Properties: { ScheduleExpression: rate(1 day), Targets: [{ Id: a, Arn: !Sub "${ApiLambdaFunction.Arn}:7" }] } }\n',
    ),
    /Other \(AWS::Events::Rule\) calls api:7 at Targets.0.Arn, not live. Write !Ref ApiLive/,
  ],
  [
    'a custom resource',
    withResource('    Seed: { Type: "Custom::Seed", Properties: { ServiceToken: !GetAtt ApiLambdaFunction.Arn } }\n'),
    /Seed \(Custom::Seed\) names api at ServiceToken: the handler of a custom resource cannot change. Leave api out/,
  ],
];

/** A team keeps two references past the alias: one calls a function, and one is a permission to call it. */
const left = `${withResource(
  '    Odd: { Type: "AWS::Odd::Caller", Properties: { Target: !GetAtt ApiLambdaFunction.Arn } }\n' +
    '    Partner: { Type: "AWS::Lambda::Permission", Properties: { FunctionName: !Ref ApiLambdaFunction, Action: "lambda:InvokeFunction", Principal: "210987654321" } }\n',
)}custom:\n  slipway: { leave: [Odd, Partner] }\n`;

const files = { 'other.yml': 'name: x\ntarget: { function: other }\n' };
const [ofLeft, ofSome, ...refused] = (await packagedServices([
  { service: left },
  { service: slipway('{ functions: [jobs], alarm: false }') },
  ...cases.map(([, service]) => ({ service, files })),
])) as [PackagedService, PackagedService, ...PackagedService[]];

test.each(cases.map(([what, , says], index) => [what, says, refused[index]?.refused] as const))(
  'a service with %s is refused',
  (_, says, message) => {
    // The message is a sentence, and not a crash of the plugin.
    expect(message).toMatch(/^Slipway: /);
    expect(message?.replace(/\s+/g, ' ')).toMatch(says);
  },
);

test('references that a team keeps past the alias stay, and the alias gets a permission too', () => {
  expect(ofLeft.template.Resources).toMatchObject({
    Odd: { Properties: { Target: { 'Fn::GetAtt': ['ApiLambdaFunction', 'Arn'] } } },
    Partner: { Properties: { FunctionName: { Ref: 'ApiLambdaFunction' } } },
    PartnerOnAlias: { Properties: { FunctionName: { Ref: 'ApiLive' }, Principal: '210987654321' } },
  });
});

test("functions that the plugin's settings leave out stay as the framework makes them", () => {
  const { Resources } = ofSome.template;
  expect(Resources).not.toHaveProperty('ApiLive');
  expect(Resources.HttpApiIntegrationApi?.Properties?.IntegrationUri).toEqual({
    'Fn::GetAtt': ['ApiLambdaFunction', 'Arn'],
  });
  expect(Resources).toMatchObject({ JobsLive: { Type: 'AWS::Lambda::Alias' } });
  expect(Resources).not.toHaveProperty('JobsErrors');
});
