/** Says what CloudFormation makes of the values in a template, as far as that is known before the deployment. */
import type { Packaged, PackagedResource } from './packaged-template.ts';

/**
 * Returns every value that this value may become: each branch of an Fn::If, each element of a list, and nothing for
 * AWS::NoValue.
 */
export function possibleValues(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(possibleValues);
  if (!isObject(value)) return value === undefined ? [] : [value];
  if (value.Ref === 'AWS::NoValue') return [];
  const branches = value['Fn::If'];
  return Array.isArray(branches) ? branches.slice(1).flatMap(possibleValues) : [value];
}

/** Returns the first possible value at a path of properties. Lists and branches on the path are followed. */
export function valuesAt(value: unknown, ...path: readonly string[]): unknown[] {
  return path.reduce<unknown[]>(
    (found, name) => found.flatMap((one) => (isObject(one) ? possibleValues(one[name]) : [])),
    possibleValues(value),
  );
}

export interface Reference {
  /** The place of the reference, such as `Resources.Queue.Properties.KmsMasterKeyId`. */
  readonly at: string;
  /** The logical id, with the attribute when the reference names one. */
  readonly to: string;
  readonly attribute?: string;
}

/** Returns every Ref, Fn::GetAtt and variable of an Fn::Sub below a value, without the pseudo parameters of AWS. */
export function referencesIn(value: unknown, at: string): Reference[] {
  if (Array.isArray(value)) return value.flatMap((one, index) => referencesIn(one, `${at}.${index}`));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    if (name === 'Ref' && typeof inner === 'string') return referenceTo(inner, at);
    if (name === 'Fn::GetAtt') return [attributeReference(inner, at)];
    if (name === 'Fn::Sub') return substitutionsIn(inner, at);
    return referencesIn(inner, `${at}.${name}`);
  });
}

function referenceTo(name: string, at: string): Reference[] {
  if (name.startsWith('AWS::')) return [];
  const [to = '', ...attribute] = name.split('.');
  return [attribute.length === 0 ? { at, to } : { at, to, attribute: attribute.join('.') }];
}

function attributeReference(value: unknown, at: string): Reference {
  const [to, ...attribute] = Array.isArray(value) ? value.map(String) : String(value).split('.');
  return { at, to: to ?? '', attribute: attribute.join('.') };
}

function substitutionsIn(value: unknown, at: string): Reference[] {
  const [text, values = {}] = [value].flat() as [string, Record<string, unknown>?];
  const names = [...String(text).matchAll(/\$\{([^!][^}]*)\}/g)].map(([, name = '']) => name.trim());
  return [
    ...names.filter((name) => !(name in values)).flatMap((name) => referenceTo(name, at)),
    ...referencesIn(values, `${at}.Fn::Sub`),
  ];
}

export function resourcesOf({ Resources }: Packaged, type: string | RegExp): [string, PackagedResource][] {
  const is = (found: string) => (typeof type === 'string' ? found === type : type.test(found));
  return Object.entries(Resources).filter(([, { Type }]) => is(Type));
}

/** Returns the resource from which a value is made: `Role: !GetAtt ItsRole.Arn` is made from ItsRole. */
export function madeFrom(value: unknown): string[] {
  return [...new Set(referencesIn(possibleValues(value), '').map(({ to }) => to))];
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
