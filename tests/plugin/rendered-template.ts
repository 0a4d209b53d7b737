/**
 * A template as CloudFormation would read it, with each reference replaced by its value. The address in a caller then
 * shows which function it calls, in whatever form it was written.
 */
import type { Packaged, PackagedResource } from '../repo/packaged-template.ts';

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'eu-west-1',
  'AWS::AccountId': '123456789012',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': 'shop-prod',
};
type Resources = Packaged['Resources'];

/** For each resource that is no function: its properties, with addresses in place of references. */
export function rendered({ Resources }: Packaged): Readonly<Record<string, PackagedResource>> {
  return Object.fromEntries(
    Object.entries(Resources).map(([id, resource]) => [
      id,
      { ...resource, Properties: renderedPart(resource.Properties, Resources) as PackagedResource['Properties'] & {} },
    ]),
  );
}

function renderedPart(part: unknown, all: Resources): unknown {
  if (Array.isArray(part)) return part.map((item) => renderedPart(item, all));
  if (typeof part !== 'object' || part === null) return part;
  const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Sub': sub, 'Fn::Join': join } = part as Record<string, unknown>;
  if (typeof ref === 'string') return addressOf(ref, all);
  if (attribute !== undefined) return attributeOf([attribute].flat().join('.'), all);
  if (sub !== undefined) return substituted(sub, all);
  if (Array.isArray(join)) return (renderedPart(join[1], all) as unknown[]).map(String).join(String(join[0]));
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, renderedPart(value, all)]));
}

function addressOf(id: string, all: Resources): string {
  const { Type, Properties } = all[id] ?? {};
  if (Type === 'AWS::Lambda::Function') return String(Properties?.FunctionName);
  if (Type !== 'AWS::Lambda::Alias') return PSEUDO[id] ?? `<${id}>`;
  const name = String(renderedPart(Properties?.FunctionName, all));
  return `arn:aws:lambda:eu-west-1:123456789012:function:${name}:${Properties?.Name}`;
}

function attributeOf(path: string, all: Resources): string {
  const [id = '', attribute] = path.split('.');
  const { Type, Properties } = all[id] ?? {};
  if (Type !== 'AWS::Lambda::Function' || attribute !== 'Arn') return `<${path}>`;
  return `arn:aws:lambda:eu-west-1:123456789012:function:${Properties?.FunctionName}`;
}

function substituted(sub: unknown, all: Resources): string {
  const [text, variables] = (Array.isArray(sub) ? sub : [sub, {}]) as [string, Record<string, unknown>];
  return text.replace(/\$\{([^!}][^}]*)\}/g, (_, name: string) => {
    if (name in variables) return String(renderedPart(variables[name], all));
    return name.includes('.') ? attributeOf(name, all) : addressOf(name, all);
  });
}

/** Resources that cannot call, whatever they name. A policy lets others call, and another test checks it. */
const CANNOT_CALL = /^AWS::(Lambda::(Function|Version|Alias)|CloudWatch::Alarm|Logs::LogGroup|IAM::\w+)$/;

export interface NamedFunction {
  readonly id: string;
  readonly type: string;
  /** The name by which the function is called: `shop-prod-api:live`, or its bare name. */
  readonly calls: string;
}

/** Returns everything that names one of these functions, and what it would call. */
export function callersOf(template: Packaged, functions: readonly string[]): NamedFunction[] {
  return Object.entries(rendered(template)).flatMap(([id, { Type, Properties = {} }]) => {
    if (CANNOT_CALL.test(Type)) return [];
    // CloudFormation uses two fields here: a name, and the alias.
    const beside = Properties.Qualifier ?? Properties.FunctionQualifier;
    return functions.flatMap((name) => {
      const found = JSON.stringify(Properties).matchAll(new RegExp(`${name}(?![\\w-])(:[\\w$-]+)?`, 'g'));
      return [...found].map(([, qualifier]) => {
        const calls = `${name}${qualifier ?? (beside === undefined ? '' : `:${beside}`)}`;
        return { id, type: Type, calls };
      });
    });
  });
}
