/** Checks the packaged state machines: Step Functions accepts every state, and every state leads to an existing one. */
// @ts-expect-error It comes without types.
import aslValidator from 'asl-validator';
import type { Need } from './aws-actions.ts';
import { actionsOf, statementsOf } from './grants.ts';
import type { Packaged, PackagedResource } from './packaged-template.ts';
import { isObject, madeFrom, possibleValues, resourcesOf, valuesAt } from './template-values.ts';

interface States {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}
export interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Next: string }[];
  readonly Catch?: readonly { readonly Next: string }[];
  readonly Retry?: readonly {
    readonly ErrorEquals: readonly string[];
    readonly MaxAttempts?: number;
    readonly MaxDelaySeconds?: number;
  }[];
  readonly Branches?: readonly States[];
  readonly Iterator?: States;
  readonly ItemProcessor?: States;
}
export interface Machine {
  readonly id: string;
  readonly resource: PackagedResource;
  readonly definition: States;
  /** The values with which CloudFormation replaces `${name}`. */
  readonly values: Readonly<Record<string, unknown>>;
}

export function machinesOf(template: Packaged): Machine[] {
  return resourcesOf(template, 'AWS::StepFunctions::StateMachine').map(([id, resource]) => {
    const [definition] = valuesAt(resource, 'Properties', 'DefinitionString');
    const packed = isObject(definition) ? definition['Fn::Sub'] : definition;
    const [text, values = {}] = [packed].flat() as [string, Record<string, unknown>?];
    return { id, resource, definition: JSON.parse(text), values };
  });
}

export function definitionsAreValid({ id, definition }: Machine): string[] {
  const { isValid, errorsText } = aslValidator(definition, { checkPaths: true });
  return isValid ? [] : [`${id}: ${errorsText('; ')}. Correct the state machine.`];
}

/** Every state that is named exists, and every state that exists can be reached. */
export function statesLeadSomewhere({ id, definition }: Machine): string[] {
  return levelsOf(definition).flatMap(({ StartAt, States }) => {
    const missing = [['StartAt', StartAt] as const, ...Object.entries(States).flatMap(exits)]
      .filter(([, to]) => !(to in States))
      .map(([from, to]) => `${id}: ${from} leads to ${to}, and there is no such state. Correct the name, or add it.`);
    const reached = new Set<string>();
    const queue = [StartAt];
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
      const state = States[name];
      if (state === undefined || reached.has(name)) continue;
      reached.add(name);
      queue.push(...exits([name, state]).map(([, to]) => to));
    }
    const lost = Object.keys(States).filter((name) => !reached.has(name));
    return [...missing, ...lost.map((name) => `${id}: nothing leads to ${name}. Lead to it, or delete it.`)];
  });
}

function exits([name, { Next, Default, Choices = [], Catch = [] }]: [string, State]): [from: string, to: string][] {
  const all = [Next, Default, ...Choices.map((choice) => choice.Next), ...Catch.map((caught) => caught.Next)];
  return all.filter((to) => to !== undefined).map((to) => [name, to]);
}

/** A rollout in flight keeps its code only when its tasks name a version, which no later deployment changes. */
export function tasksNameVersions({ id, definition, values }: Machine, template: Packaged): string[] {
  return tasksOf(definition).flatMap(([name, { Parameters = {} }]) => {
    const given = Parameters.FunctionName;
    if (given === undefined) return [];
    const versions = madeFrom(substituted(given, values)).map((to) => template.Resources[to]?.Type);
    const isVersion = versions.length === 1 && versions[0] === 'AWS::Lambda::Version';
    return isVersion
      ? []
      : [`${id}: ${name} calls ${JSON.stringify(given)}, which is no version. Write !GetAtt and the function.`];
  });
}

export function tasksOf(definition: States): [string, State][] {
  return levelsOf(definition)
    .flatMap(({ States }) => Object.entries(States))
    .filter(([, { Type }]) => Type === 'Task');
}

/** Returns the machine's own states, and the states within its maps and branches. */
function levelsOf(definition: States): States[] {
  const inner = Object.values(definition.States).flatMap(({ Branches = [], Iterator, ItemProcessor }) =>
    [...Branches, Iterator, ItemProcessor].filter((level) => level !== undefined),
  );
  return [definition, ...inner.flatMap(levelsOf)];
}

/** Replaces `${name}` as Fn::Sub does; any other value stays as it is. */
function substituted(given: unknown, values: Machine['values']): unknown {
  const name = /^\$\{([^}]+)\}$/.exec(String(given))?.[1];
  return name === undefined ? given : values[name];
}

const RULE = ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'];
const NESTED = ['states:StartExecution', 'states:DescribeExecution', 'states:StopExecution', ...RULE];

const INTEGRATIONS: Readonly<Record<string, readonly string[]>> = {
  'lambda:invoke': ['lambda:InvokeFunction'],
  'lambda:invoke.waitForTaskToken': ['lambda:InvokeFunction'],
  // To wait for the end of a build, Step Functions listens through its own rule. It stops the build when it gives up.
  'codebuild:startBuild.sync': [
    ...['codebuild:StartBuild', 'codebuild:StopBuild', 'codebuild:BatchGetBuilds'],
    ...RULE,
  ],
  'codebuild:startBuild': ['codebuild:StartBuild'],
  'states:startExecution': ['states:StartExecution'],
  'states:startExecution.sync': NESTED,
  'states:startExecution.sync:2': NESTED,
  'sns:publish': ['sns:Publish'],
  'events:putEvents': ['events:PutEvents'],
};

/** Returns the actions that the role of a machine needs for its tasks. */
export function machineNeeds({ definition }: Machine): Need[] {
  return tasksOf(definition).flatMap(([name, { Resource = '' }]) => {
    const called = Resource.replace(/^arn:[^:]*:states:::/, '');
    const actions = INTEGRATIONS[called] ?? [`${called}, of which nobody knows the actions`];
    return actions.map((action) => ({ action, for: `the state ${name}` }));
  });
}

/** A machine may call exactly the functions of its tasks. */
export function machinesCallTheirOwn(machine: Machine, template: Packaged): string[] {
  const [role] = madeFrom(valuesAt(machine.resource, 'Properties', 'RoleArn'));
  const grants = statementsOf(template).filter(
    (one) => one.role === role && actionsOf(one.statement).includes('lambda:InvokeFunction'),
  );
  const called = new Set(
    tasksOf(machine.definition).flatMap(([, { Parameters = {} }]) =>
      madeFrom(substituted(Parameters.FunctionName, machine.values)).flatMap((version) =>
        functionOf(version, template),
      ),
    ),
  );
  const may = new Set(grants.flatMap(({ statement }) => functionsIn(statement.Resource, template)));
  return [
    ...[...called].filter((id) => !may.has(id)).map((id) => `${machine.id} calls ${id}, and may not. Grant it.`),
    ...[...may]
      .filter((id) => !called.has(id))
      .map((id) => `${machine.id} may call ${id}, and has no task for it. Take it away.`),
  ];
}

/** Finds functions by a reference, or by the name in an ARN. */
function functionsIn(resources: unknown, template: Packaged): string[] {
  const names = new Map(
    resourcesOf(template, 'AWS::Lambda::Function').map(([id, resource]) => [
      valuesAt(resource, 'Properties', 'FunctionName')[0],
      id,
    ]),
  );
  return possibleValues(resources).flatMap((one) => {
    const name = /:function:([\w-]+)/.exec(JSON.stringify(one))?.[1];
    const id = name === undefined ? undefined : (names.get(name) ?? `a function ${name} of others`);
    return id === undefined ? madeFrom(one) : [id];
  });
}

function functionOf(version: string, { Resources }: Packaged): string[] {
  const resource = Resources[version];
  return resource?.Type === 'AWS::Lambda::Version'
    ? madeFrom(valuesAt(resource, 'Properties', 'FunctionName'))
    : [version];
}
