/**
 * Finds the Lambda functions of a CloudFormation template from any tool, with their aliases, versions, triggers and
 * alarms.
 */
import { watchedBy } from '../../aws/watched-metrics.ts';
import { triggerType } from './calling-resources.ts';
import type {
  FoundAlarm,
  FoundAlias,
  FoundFunction,
  FoundTrigger,
  FoundVersion,
  SamFacts,
  Tool,
} from './found-function.ts';
import { type Fields, fieldsOf, isFields, listOf, stringOf, textOf, withDefaults } from './intrinsic-values.ts';
import { type Named, qualifiersIn } from './references.ts';
import { routeOf } from './routes.ts';
import { samAliases, samFacts, samTriggers } from './sam-function.ts';
import { type Resource, resourcesOf } from './template-resources.ts';

export interface TemplateOrder {
  readonly tool: Tool;
  readonly template: Fields;
  /** The name of the stack in a CDK app with several stacks. */
  readonly stack?: string | undefined;
  /** The construct path of each logical id, when the output has it. */
  readonly paths?: ReadonlyMap<string, string>;
}

const FUNCTION_TYPES = ['AWS::Lambda::Function', 'AWS::Serverless::Function'];

export function functionsOfTemplate(order: TemplateOrder): FoundFunction[] {
  const resources = resourcesOf(order.template);
  // A function that serves the tool's custom resource is not a service: only CloudFormation calls it.
  const servers = resources.map(({ Properties }) => textOf(Properties.ServiceToken)).join('\n');
  return resources
    .filter(({ id, Type }) => FUNCTION_TYPES.includes(Type) && !servers.includes(`\${${id}`))
    .map((resource) => functionFrom(resource, { ...order, resources }));
}

interface Surroundings extends TemplateOrder {
  readonly resources: readonly Resource[];
}

function functionFrom(resource: Resource, around: Surroundings): FoundFunction {
  const { id, Type, Properties: own } = resource;
  const sam = Type === 'AWS::Serverless::Function' ? samFacts(resource, around.template) : undefined;
  const properties = sam === undefined ? own : sam.properties;
  const functionName = literalName(properties.FunctionName, around.template);
  const versions = versionsOf(id, around);
  const aliases = sam === undefined ? aliasesOf(id, around) : samAliases(id, sam);
  const named: Named = {
    id,
    functionName,
    aliases: new Map(aliases.map((alias) => [alias.id, alias.name])),
    versions: versions.map((version) => version.id),
  };
  const ownTriggers = sam === undefined ? [] : samTriggers(properties, sam);
  return {
    tool: around.tool,
    id,
    names: namesOf(resource, { functionName, around }),
    functionName,
    runtime: stringOf(properties.Runtime),
    isImage: properties.PackageType === 'Image' || fieldsOf(properties.Code).ImageUri !== undefined,
    handler: stringOf(properties.Handler),
    codeFolders: codeFolders(resource, properties),
    tags: tagsOf(properties.Tags),
    aliases,
    versions,
    triggers: [...ownTriggers, ...triggersOf(named, around)],
    alarms: alarmsOf(named, around),
    properties,
    usedIds: around.resources.map((one) => one.id),
    sam: sam === undefined ? undefined : factsOf(sam),
  };
}

function factsOf({ autoPublishAlias, hasFixedSha, hasDeploymentPreference }: SamFacts): SamFacts {
  return { autoPublishAlias, hasFixedSha, hasDeploymentPreference };
}

function namesOf(
  { id, whole }: Resource,
  { functionName, around }: { readonly functionName: string | null; readonly around: Surroundings },
): string[] {
  const path = around.paths?.get(id) ?? stringOf(fieldsOf(whole.Metadata)['aws:cdk:path']);
  const construct = path?.replace(/^\//, '').replace(/\/Resource$/, '') ?? null;
  // The framework's key `my-fn` is `MyDashfnLambdaFunction` here.
  const words = id
    .replace(/LambdaFunction$/, '')
    .replaceAll('Dash', '-')
    .replaceAll('Underscore', '_');
  const key = around.tool === 'serverless' ? [words] : [];
  const [first, ...others] = [construct, functionName, ...key, id].filter((name) => name !== null);
  return [...new Set([first ?? id, ...others])];
}

/** A text, or a parameter with a default. A name that CloudFormation generates is unknown here. */
function literalName(value: unknown, template: Fields): string | null {
  const text = withDefaults(textOf(value), template);
  return /^[A-Za-z0-9_-]{1,64}$/.test(text) ? text : null;
}

function codeFolders({ whole }: Resource, properties: Fields): string[] {
  const metadata = fieldsOf(whole.Metadata);
  const uri = stringOf(properties.CodeUri) ?? '';
  const key = stringOf(fieldsOf(properties.Code).S3Key) ?? '';
  const [, asset] = /^([0-9a-f]{64})\.zip$/.exec(key) ?? [];
  const folders = [
    /^s3:/.test(uri) ? '' : uri,
    stringOf(metadata['aws:asset:path']) ?? '',
    asset ? `asset.${asset}` : '',
  ];
  return folders.filter((folder) => folder !== '');
}

export function tagsOf(tags: unknown): Record<string, string> {
  if (isFields(tags)) return Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, textOf(value)]));
  const pairs = listOf(tags).map((tag) => [textOf(fieldsOf(tag).Key), textOf(fieldsOf(tag).Value)] as const);
  return Object.fromEntries(pairs);
}

function versionsOf(id: string, { resources }: Surroundings): FoundVersion[] {
  return resources
    .filter(({ Type, Properties }) => Type === 'AWS::Lambda::Version' && namesFunction(Properties.FunctionName, id))
    .map((version) => ({ id: version.id, changes: hasChangingId(version.id) }));
}

/**
 * The tools add a hash of the code to the name: 10 hex digits (SAM), 32 (CDK), or 40 and more characters of base64
 * (Serverless).
 */
function hasChangingId(id: string): boolean {
  return /LambdaVersion[A-Za-z0-9]{35,}$|CurrentVersion[0-9A-F]{8}[0-9a-f]{32}$/.test(id);
}

function namesFunction(value: unknown, id: string): boolean {
  const text = textOf(value);
  return text === `\${${id}}` || text === `\${${id}.Arn}`;
}

function aliasesOf(id: string, { resources }: Surroundings): FoundAlias[] {
  return resources
    .filter(({ Type, Properties }) => Type === 'AWS::Lambda::Alias' && namesFunction(Properties.FunctionName, id))
    .map((alias) => aliasFrom(alias, resources));
}

function aliasFrom({ id, Properties, whole }: Resource, resources: readonly Resource[]): FoundAlias {
  const [, versionId = ''] = /^\$\{(\w+)\.Version\}$/.exec(textOf(Properties.FunctionVersion)) ?? [];
  const version = resources.find((one) => one.id === versionId);
  const isHeld = version === undefined || version.whole.DeletionPolicy === 'Retain';
  return {
    id,
    name: textOf(Properties.Name),
    movedBecause: movedBecause({ whole, Properties, versionId }),
    mayMove: /Version[0-9a-f]{10}$/.test(versionId),
    losesVersions: !isHeld && hasChangingId(versionId),
    provisionedConcurrency: Properties.ProvisionedConcurrencyConfig !== undefined,
  };
}

function movedBecause({
  whole,
  Properties,
  versionId,
}: {
  readonly whole: Fields;
  readonly Properties: Fields;
  readonly versionId: string;
}): string | null {
  if (fieldsOf(whole.UpdatePolicy).CodeDeployLambdaAliasUpdate !== undefined) return 'is moved by CodeDeploy';
  if (textOf(Properties.FunctionVersion) === '$LATEST') return 'is on $LATEST, so every new code is live for everyone';
  return hasChangingId(versionId) ? 'moves to the new version with every deployment of the stack' : null;
}

function triggersOf(named: Named, { resources }: Surroundings): FoundTrigger[] {
  const typeOf = (id: string) => resources.find((one) => one.id === id)?.Type ?? '';
  return resources.flatMap((resource) => {
    const type = triggerType(resource, typeOf);
    if (type === null) return [];
    return Object.entries(resource.Properties).flatMap(([property, value]): FoundTrigger[] => {
      if (property === 'ServiceToken') return [];
      const found = qualifiersIn({ [property]: value }, named);
      if (found.length === 0) return [];
      const { noun, event = null, kind = 'call', caution } = type;
      const calls = qualified(found, resource.Properties.Qualifier);
      const route = routeTo(resource.id, resources);
      return [{ id: resource.id, kind, noun, event, route, property, value, calls, caution }];
    });
  });
}

/** The first route of an HTTP API that leads to the integration. */
function routeTo(id: string, resources: readonly Resource[]): string | undefined {
  const routes = resources.filter(
    ({ Type, Properties }) => Type === 'AWS::ApiGatewayV2::Route' && textOf(Properties.Target).includes(`\${${id}}`),
  );
  return routes.map(({ Properties }) => routeOf(textOf(Properties.RouteKey))).find((route) => route !== undefined);
}

/** Some resources name the function and its qualifier separately. */
function qualified(calls: readonly string[], qualifier: unknown): readonly string[] {
  const name = stringOf(qualifier);
  return name === null ? calls : calls.map((call) => (call === '$LATEST' ? name : call));
}

function alarmsOf(named: Named, { resources }: Surroundings): FoundAlarm[] {
  return resources.flatMap(({ id, Type, Properties }) => {
    if (Type !== 'AWS::CloudWatch::Alarm') return [];
    const known = knownName(Properties, named) as Fields;
    const watched = watchedBy(known as Parameters<typeof watchedBy>[0]);
    const isOurs = watched.metrics.some(({ dimensions }) => dimensions.FunctionName === nameOf(named));
    return isOurs ? [{ name: stringOf(known.AlarmName) ?? id, watched }] : [];
  });
}

/** The logical id replaces a function name that CloudFormation chooses, in the target and in the alarm alike. */
export function nameOf({ id, functionName }: Pick<Named, 'id' | 'functionName'>): string {
  return functionName ?? id;
}

function knownName(value: unknown, named: Named): unknown {
  if (Array.isArray(value)) return value.map((item) => knownName(item, named));
  if (!isFields(value)) return value;
  const isValue = 'Ref' in value || 'Fn::Sub' in value || 'Fn::Join' in value;
  if (isValue) return textOf(value).replaceAll(`\${${named.id}}`, nameOf(named));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, knownName(item, named)]));
}
