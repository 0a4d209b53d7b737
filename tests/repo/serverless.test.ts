import { existsSync, globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parse } from 'yaml';
import { contracts } from '../../src/api/all-contracts.ts';
import { readDocsContracts } from '../../src/api/contracts/read-docs.ts';

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}
interface HttpApi {
  readonly method: string;
  readonly path: string;
  readonly authorizer?: { readonly name: string };
}
interface Provider {
  readonly timeout: number;
  readonly httpApi: { readonly authorizers: Readonly<Record<string, object>> };
}
interface Fn {
  readonly handler: string;
  readonly timeout?: number;
  readonly versionFunction?: boolean;
  readonly iamRoleStatements: readonly string[];
  readonly events?: readonly { readonly httpApi?: HttpApi }[];
}
interface State {
  readonly Parameters?: { readonly FunctionName?: { readonly 'Fn::GetAtt': string }; readonly ProjectName?: string };
  readonly TimeoutSeconds?: number;
}
interface Project {
  readonly Type: string;
  readonly Properties: {
    readonly Name: string;
    readonly TimeoutInMinutes?: number | string;
    readonly QueuedTimeoutInMinutes?: number | string;
  };
}

const stack = read<{ provider: Provider; functions: Record<string, Fn> }>('serverless.yml');
const permissions = read<Record<string, Statement>>('resources/permissions.yml');
const functions = Object.entries(stack.functions);
const machines = globSync('stepfunctions/*.asl.yml').map((file) => read<{ States: Record<string, State> }>(file));
const states = machines.flatMap(({ States }) => Object.entries(States));
const tasks = states.filter(([, { Parameters }]) => Parameters?.FunctionName);
const builds = states.filter(([, { Parameters }]) => Parameters?.ProjectName);
const projects = Object.values(read<{ Resources: Record<string, Project> }>('resources/builds.yml').Resources).filter(
  ({ Type }) => Type === 'AWS::CodeBuild::Project',
);
const routes = functions.flatMap(([key, { events = [] }]) =>
  events.flatMap(({ httpApi }) => (httpApi === undefined ? [] : [{ key, ...httpApi }])),
);

test('every function is one file under the name of its key', () => {
  for (const [key, { handler }] of functions) {
    const [folder, file] = /^src\/functions\/(http|workflow|events)\/(.+)\.handler$/.exec(handler)?.slice(1) ?? [];
    expect(`${key}: ${folder}/${file}`).toBe(`${key}: ${folder}/${kebab(key)}`);
    expect(existsSync(`src/functions/${folder}/${file}.ts`)).toBe(true);
  }
});

test('every file under http, workflow and events is a function', () => {
  const files = globSync('src/functions/{http,workflow,events}/*.ts').map((file) => file.replace(/\.ts$/, '.handler'));
  expect(files.sort()).toEqual(functions.map(([, { handler }]) => handler).sort());
});

test('every contract has its route, and every route its contract', () => {
  const contracted = [...Object.values(contracts), ...readDocsContracts].map(({ method, path }) => `${method} ${path}`);
  expect(routes.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(contracted.sort());
});

test('every route is closed to callers without an identity, except those that hold no data', () => {
  const open = routes.filter(({ authorizer }) => authorizer?.name !== 'callersWithToken').map(({ path }) => path);
  expect(open.sort()).toEqual(['/', '/docs', '/docs/{asset}', '/health', '/openapi.json', '/ready']);
  const contracted = [...Object.values(contracts), ...readDocsContracts].filter(({ needs }) => needs === 'nobody');
  expect(open.sort()).toEqual(contracted.map(({ path }) => path).sort());
});

test('the authorizer checks every request, caches no answer, and ends before the timeout of API Gateway', () => {
  const { callersWithToken, ...others } = stack.provider.httpApi.authorizers;
  expect(others).toEqual({});
  expect(callersWithToken).toEqual({
    type: 'request',
    functionName: 'authorizeRequest',
    payloadVersion: '2.0',
    enableSimpleResponses: true,
    resultTtlInSeconds: 0,
  });
  expect(stack.functions.authorizeRequest?.timeout).toBeLessThan(10);
});

test('only the authorizer reads the key of tokens, and no part of Slipway may sign with it', () => {
  const readers = functions.filter(([, { iamRoleStatements }]) =>
    iamRoleStatements.some((name) => name.includes('readTokenKey')),
  );
  expect(readers.map(([key]) => key)).toEqual(['authorizeRequest']);
  expect(Object.values(permissions).flatMap(({ Action }) => Action)).not.toContain('kms:Sign');
});

test('every task of a state machine is a function whose version is kept while a rollout needs it', () => {
  for (const [state, { Parameters }] of tasks) {
    const [key = '', attribute] = Parameters?.FunctionName?.['Fn::GetAtt'].split('.') ?? [];
    expect({ state, attribute, versioned: stack.functions[key]?.versionFunction }).toEqual({
      state,
      attribute: 'Arn',
      versioned: true,
    });
  }
});

test('a task ends before its state times out', () => {
  for (const [state, { Parameters, TimeoutSeconds = Infinity }] of tasks) {
    const [key = ''] = Parameters?.FunctionName?.['Fn::GetAtt'].split('.') ?? [];
    const timeout = stack.functions[key]?.timeout ?? stack.provider.timeout;
    expect(`${state} ${timeout < TimeoutSeconds}`).toBe(`${state} true`);
  }
});

type Minutes = (variables: { readonly resolveVariable: (name: string) => Promise<string> }) => Promise<unknown>;
const wayBack: Readonly<Record<string, Minutes>> = createRequire(import.meta.url)('../../resources/builds.cjs');

test.each(['lambda', 'container'])(
  'a build ends before its state times out, or on Lambda compute shortly after: what is in haste on %s',
  async (compute) => {
    const variables = { resolveVariable: async (name: string) => (name === 'param:wayBackCompute' ? compute : '') };
    const minutesOf = async (given: number | string | undefined) => {
      const [, part] = /builds\.cjs\):(\w+)\}$/.exec(String(given)) ?? [];
      return part === undefined ? given : wayBack[part]?.(variables);
    };
    const states = ['RunOnCluster', 'RunQuicklyOnCluster', 'TakeBackOnCluster', 'TakeBackOnCluster'];
    expect(builds.map(([state]) => state).sort()).toEqual(states);
    for (const [state, { Parameters, TimeoutSeconds = Infinity }] of builds) {
      const project = projects.find(({ Properties: { Name } }) => Name === Parameters?.ProjectName)?.Properties;
      const isOnLambda = state !== 'RunOnCluster' && compute === 'lambda';
      const given = await Promise.all([project?.TimeoutInMinutes, project?.QueuedTimeoutInMinutes].map(minutesOf));
      const set = given.filter((minutes) => typeof minutes === 'number');
      // The timeout of a build on Lambda compute is always 15 minutes. AWS refuses a project that sets one.
      const minutes = isOnLambda ? 15 : set.reduce((sum, one) => sum + one, 0);
      expect({ state, set: set.length, isInTime: minutes * 60 > TimeoutSeconds === isOnLambda }).toEqual({
        state,
        set: isOnLambda ? 0 : 2,
        isInTime: true,
      });
    }
  },
);

test('every project is started by a state machine', () => {
  const started = builds.map(([, { Parameters }]) => Parameters?.ProjectName);
  expect(projects.map(({ Properties }) => Properties.Name).sort()).toEqual([...new Set(started)].sort());
});

test('every function lists its permissions, and uses each of them', () => {
  const used = functions.flatMap(([, { iamRoleStatements }]) => iamRoleStatements);
  expect(functions.filter(([, { iamRoleStatements }]) => iamRoleStatements === undefined)).toEqual([]);
  const declared = Object.keys(permissions).map((name) => `\${self:custom.may.${name}}`);
  expect([...new Set(used)].sort()).toEqual(declared.sort());
});

test('only calls that AWS cannot restrict are allowed on all resources', () => {
  const wide = Object.entries(permissions).filter(([, { Resource }]) => [Resource].flat().includes('*'));
  expect(wide.flatMap(([, { Action }]) => Action)).toEqual([
    'lambda:ListEventSourceMappings',
    'cloudwatch:DescribeAlarms',
    'cloudwatch:GetMetricData',
  ]);
  for (const { Action } of Object.values(permissions)) expect([Action].flat().join()).not.toContain('*');
});

test('only the functions that move traffic may move an alias', () => {
  const movers = functions
    .filter(([, { iamRoleStatements }]) => iamRoleStatements.some((name) => /moveTraffic|pinVersion/.test(name)))
    .map(([key]) => key);
  expect(movers.sort()).toEqual(
    [
      ...['abortDeployment', 'retryDeployment', 'startDeployment', 'startRollback'],
      ...['promote', 'rollBack', 'shiftTraffic'],
      ...['observeRollouts', 'reconcile', 'remediateAlarm', 'settleAbandonedRollout'],
    ].sort(),
  );
});

function read<T>(file: string): T {
  const intrinsic = (name: string) => ({
    tag: `!${name}`,
    resolve: (value: string) => ({ [name === 'Ref' ? name : `Fn::${name}`]: value }),
  });
  return parse(readFileSync(file, 'utf8'), { customTags: ['GetAtt', 'Ref', 'Sub'].map(intrinsic) });
}

function kebab(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
