import { createRequire } from 'node:module';
import { actionsOf, statementsOf } from './grants.ts';
import { type Packaged, type PackagedResource, packagedTemplate } from './packaged-template.ts';

type Settings = Readonly<Record<string, string>>;
const settings: (variables: { readonly resolveVariable: (name: string) => Promise<string> }) => Promise<Settings> =
  createRequire(import.meta.url)('../../resources/pipeline-settings.cjs');

const CONNECTION = 'arn:aws:codeconnections:eu-west-1:123456789012:connection/11111111-2222-3333-4444-555555555555';
const GIVEN = {
  codeConnectionArn: CONNECTION,
  pipelineRepository: 'acme/checkout',
  pipelineBranch: 'main',
  pipelineService: 'checkout',
};
const NONE = { codeConnectionArn: '', pipelineRepository: '', pipelineBranch: 'main', pipelineService: '' };
const settingsFrom = (params: Settings) =>
  settings({
    resolveVariable: async (name) =>
      ({ pipelineImageRepository: '', scanSeverity: 'HIGH', ...params })[name.replace('param:', '')] ?? '',
  });

interface Action {
  readonly Name: string;
  readonly Namespace?: string;
  readonly ActionTypeId: { readonly Provider: string };
  readonly Configuration: Readonly<Record<string, unknown>>;
}
interface Stage {
  readonly Name: string;
  readonly Actions: readonly [Action];
}
interface Conditional {
  readonly Condition?: string;
  readonly Properties: PackagedResource['Properties'] & {
    readonly PipelineType?: string;
    readonly ExecutionMode?: string;
    readonly Stages?: readonly Stage[];
    readonly Environment?: { readonly Variables?: Readonly<Record<string, unknown>> };
  };
}

const [withPipeline, without] = (await Promise.all([
  packagedTemplate({ stage: 'dev', params: GIVEN }),
  packagedTemplate(),
])) as [Packaged, Packaged];
const resource = (template: Packaged, name: string) => template.Resources[name] as unknown as Conditional;
const parameterOf = (template: Packaged, name: string) =>
  (template as unknown as { Parameters: Record<string, { Default: string }> }).Parameters[name]?.Default;

/** A text in which each value from CloudFormation is replaced by its name. */
function written(text: unknown): string {
  if (typeof text === 'string') return text;
  const [form, values] = (text as { 'Fn::Sub': [string, Record<string, { Ref: string }>] })['Fn::Sub'];
  return form.replace(/\$\{(\w+)\}/g, (_, name: string) => values[name]?.Ref ?? '');
}

test('with a code connection, a pipeline of version 2 has the six stages in their order', () => {
  const { PipelineType, ExecutionMode, Stages = [] } = resource(withPipeline, 'Pipeline').Properties;
  expect({ PipelineType, ExecutionMode }).toEqual({ PipelineType: 'V2', ExecutionMode: 'SUPERSEDED' });
  expect(Stages.map(({ Name, Actions: [{ ActionTypeId }] }) => [Name, ActionTypeId.Provider])).toEqual([
    ['Source', 'CodeStarSourceConnection'],
    ['Build', 'CodeBuild'],
    ['Test', 'CodeBuild'],
    ['SecurityScan', 'CodeBuild'],
    ['Deploy', 'StepFunctions'],
    ['Monitor', 'StepFunctions'],
  ]);
  expect(parameterOf(withPipeline, 'CodeConnectionArn')).toBe(CONNECTION);
});

test('a stage takes only artifacts of stages before it, and its configuration is JSON', () => {
  const given = new Set(['codepipeline.PipelineExecutionId']);
  const exported: Readonly<Record<string, readonly string[]>> = {
    Source: ['CommitId'],
    Build: ['ARTIFACT_KIND', 'ARTIFACT'],
  };
  for (const { Name, Actions } of resource(withPipeline, 'Pipeline').Properties.Stages ?? []) {
    const { Configuration, Namespace } = Actions[0];
    const texts = [Configuration.Input, Configuration.EnvironmentVariables].filter((text) => text !== undefined);
    for (const text of texts.map(written)) {
      for (const [, variable] of text.matchAll(/#\{([^}]+)\}/g)) expect(given).toContain(variable);
      expect(() => JSON.parse(text)).not.toThrow();
    }
    expect({ Name, Namespace }).toEqual({ Name, Namespace: Name in exported ? Name : undefined });
    for (const variable of exported[Name] ?? []) given.add(`${Name}.${variable}`);
  }
});

test('only the stage Deploy takes the variables that the build exports', () => {
  const { Stages = [] } = resource(withPipeline, 'Pipeline').Properties;
  const taking = Stages.filter(({ Actions }) => JSON.stringify(Actions[0].Configuration).includes('#{Build.'));
  expect(taking.map(({ Name }) => Name)).toEqual(['Deploy']);
});

test('the stage Deploy passes on what the machine delivery reads', () => {
  const deploy = resource(withPipeline, 'Pipeline').Properties.Stages?.find(({ Name }) => Name === 'Deploy');
  expect(JSON.parse(written(deploy?.Actions[0].Configuration.Input))).toEqual({
    service: 'checkout',
    pipelineRun: '#{codepipeline.PipelineExecutionId}',
    revision: '#{Source.CommitId}',
    artifact: { kind: '#{Build.ARTIFACT_KIND}', bucket: 'ArtifactBucket', reference: '#{Build.ARTIFACT}' },
  });
});

test('without a code connection the template is the same, without any part of the pipeline', () => {
  expect(parameterOf(without, 'CodeConnectionArn')).toBe('');
  const kinds = /^AWS::(CodePipeline|S3)::/;
  const conditional = Object.entries(without.Resources).filter(([name, { Type }]) => {
    if (kinds.test(Type)) return !/^(Artifact|ServerlessDeployment)Bucket/.test(name);
    return /^(Pipeline|Build|Test|SecurityScan)(Project|Role|Logs)$/.test(name);
  });
  expect(conditional.map(([name]) => name).sort()).toEqual(
    [
      ...['Pipeline', 'PipelineBucket', 'PipelineBucketPolicy', 'PipelineRole'],
      ...['Build', 'Test', 'SecurityScan'].flatMap((stem) => [`${stem}Project`, `${stem}Role`, `${stem}Logs`]),
    ].sort(),
  );
  for (const [name] of conditional) expect([name, resource(without, name).Condition]).toEqual([name, 'HasPipeline']);
  const named = new Set(conditional.map(([name]) => name));
  const others = Object.entries(without.Resources).filter(([name]) => !named.has(name));
  // A resource that is always made names no resource that is made only with a pipeline.
  for (const name of named) {
    const text = JSON.stringify(Object.fromEntries(others));
    expect(text).not.toContain(`{"Ref":"${name}"}`);
    expect(text).not.toContain(`"Fn::GetAtt":["${name}"`);
  }
});

test('only the functions that use the pipeline know its name, which is empty without a pipeline', () => {
  const named = Object.entries(withPipeline.Resources).filter(
    ([name]) => resource(withPipeline, name).Properties?.Environment?.Variables?.PIPELINE_NAME !== undefined,
  );
  expect(named.map(([name]) => name.replace('LambdaFunction', '')).sort()).toEqual([
    'FollowPipeline',
    'OpenDelivery',
    'QuarantineRevision',
    'ReleaseService',
    'StartDeployment',
  ]);
  for (const [template, service] of [
    [withPipeline, 'checkout'],
    [without, ''],
  ] as const) {
    expect(resource(template, 'ReleaseServiceLambdaFunction').Properties.Environment?.Variables).toMatchObject({
      PIPELINE_NAME: { 'Fn::If': ['HasPipeline', 'slipway-dev-delivery', ''] },
      PIPELINE_SERVICE: service,
    });
  }
});

test.each([
  ['codepipeline:StartPipelineExecution', 'slipway-dev-delivery', ['StartDeployment']],
  ['codepipeline:ListActionExecutions', 'slipway-dev-delivery', ['OpenDelivery']],
  ['codepipeline:DisableStageTransition', 'slipway-dev-delivery/Deploy', ['QuarantineRevision']],
  ['codepipeline:EnableStageTransition', 'slipway-dev-delivery/Deploy', ['ReleaseService']],
])('%s is allowed on %s for exactly one function', (action, name, functions) => {
  const allowed = statementsOf(withPipeline)
    .filter(({ statement }) => actionsOf(statement).includes(action))
    .map(({ role, statement }) => ({
      role: role.replace('IamRoleLambdaExecution', ''),
      arns: [statement.Resource].flat(),
    }));
  const arn = `arn:\${AWS::Partition}:codepipeline:\${AWS::Region}:\${AWS::AccountId}:${name}`;
  expect(allowed).toEqual(functions.map((role) => ({ role, arns: [{ 'Fn::Sub': arn }] })));
});

test('the machine with a hand-written role may write its log like the machine with a generated role', () => {
  const logActions = (own: string) =>
    statementsOf(withPipeline)
      .filter(({ role }) => role === own)
      .flatMap(({ statement }) => actionsOf(statement))
      .filter((action) => action.startsWith('logs:'))
      .sort();
  expect(logActions('DeliveryRole')).toEqual(logActions('SlipwayDashdevDashmonitorRole'));
  expect(logActions('DeliveryRole')).toContain('logs:CreateLogDelivery');
});

test('a stack has all parameters of the pipeline, or none of them', async () => {
  expect(await settingsFrom(GIVEN)).toMatchObject(GIVEN);
  expect(await settingsFrom(NONE)).toMatchObject(NONE);
  for (const left of ['codeConnectionArn', 'pipelineRepository', 'pipelineBranch', 'pipelineService']) {
    await expect(settingsFrom({ ...GIVEN, [left]: ' ' })).rejects.toThrow(
      `The pipeline is half set: ${left} is missing. Give it, or leave all of them out.`,
    );
  }
});

test.each([
  ['codeConnectionArn', 'arn:aws:iam::123456789012:role/x', 'is not the ARN of a code connection'],
  ['pipelineRepository', 'checkout', 'is not a repository, written owner/name'],
  ['pipelineRepository', 'acme/"x"', 'is not a repository'],
  ['pipelineBranch', 'main; id', 'is not the name of a branch'],
  ['pipelineService', 'Check"out', 'is not the name of a service'],
  ['pipelineImageRepository', 'Shop:latest', 'is not the name of a repository in ECR'],
  ['scanSeverity', 'SEVERE', 'is no severity. Set the parameter scanSeverity to one of LOW, MEDIUM, HIGH, CRITICAL'],
])('the parameter %s may not be %s', async (name, value, says) => {
  await expect(settingsFrom({ ...GIVEN, [name]: value })).rejects.toThrow(`${value} ${says}`);
});

test('a package with only some parameters of the pipeline is refused with the missing parameter', async () => {
  await expect(packagedTemplate({ stage: 'dev', params: { codeConnectionArn: CONNECTION } })).rejects.toThrow(
    /The pipeline is half set: pipelineRepository, pipelineService is missing/,
  );
});
