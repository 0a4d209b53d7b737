/** A CloudFormation template as the tests of the examples read it. It answers which resource calls which function. */

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
}

export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
}

export type Resources = readonly (readonly [id: string, resource: Resource])[];

export function ofType({ Resources }: Template, type: string): Resources {
  return Object.entries(Resources).filter(([, { Type }]) => Type === type);
}

/**
 * Resources that may name the function itself: they make a version or an alias, write logs, show a name, or have a
 * dimension.
 */
const NO_CALLER = new Set([
  ...['AWS::Lambda::Function', 'AWS::Lambda::Version', 'AWS::Lambda::Alias', 'AWS::CloudWatch::Alarm'],
  ...['AWS::IAM::Role', 'AWS::IAM::Policy', 'AWS::Logs::LogGroup', 'AWS::CDK::Metadata'],
]);

/**
 * Returns each resource that sends calls to a function without an alias, as `resource -> function`. Any other resource
 * that refers to a function, or depends on it, counts too: a new kind of trigger is not missed.
 */
export function callersPastTheAlias(template: Template): string[] {
  const functions = ofType(template, 'AWS::Lambda::Function').map(([id]) => id);
  return Object.entries(template.Resources)
    .filter(([, { Type }]) => !NO_CALLER.has(Type))
    .flatMap(([id, { Properties }]) =>
      functions.filter((name) => refersTo(Properties, name)).map((name) => `${id} -> ${name}`),
    );
}

/** Returns the types of the resources that send calls to one of the aliases, in order. */
export function callersOfAnAlias(template: Template): string[] {
  const aliases = ofType(template, 'AWS::Lambda::Alias').map(([id]) => id);
  return Object.values(template.Resources)
    .filter(({ Type, Properties }) => !NO_CALLER.has(Type) && aliases.some((alias) => refersTo(Properties, alias)))
    .map(({ Type }) => Type)
    .sort();
}

/** True for a reference by `Ref`, by `Fn::GetAtt` or in the text of `Fn::Sub`. */
function refersTo(value: unknown, id: string): boolean {
  if (Array.isArray(value)) return value.some((one) => refersTo(one, id));
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, inner]) => {
    if (key === 'Ref') return inner === id;
    if (key === 'Fn::GetAtt') return (Array.isArray(inner) ? inner[0] : String(inner).split('.')[0]) === id;
    if (key === 'Fn::Sub') {
      const [text] = Array.isArray(inner) ? inner : [inner];
      return new RegExp(`\\$\\{${id}(\\.[A-Za-z]+)?\\}`).test(String(text)) || refersTo(inner, id);
    }
    return refersTo(inner, id);
  });
}
