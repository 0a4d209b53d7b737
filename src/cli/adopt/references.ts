/** Who names a function or its aliases in a value of a template, and the same value with the alias in the function's place. */
import { LATEST } from './found-function.ts';
import { fieldsOf, isFields, listOf, textOf } from './intrinsic-values.ts';

export interface Named {
  /** The logical id of the function. */
  readonly id: string;
  readonly functionName: string | null;
  /** The name of each alias by its logical id. */
  readonly aliases: ReadonlyMap<string, string>;
  /** The logical ids of its versions. */
  readonly versions: readonly string[];
}

/** The qualifiers by which a value names the function; none when it does not name it. */
export function qualifiersIn(value: unknown, named: Named): string[] {
  const text = textOf(value);
  const found = new Set<string>();
  for (const [, attribute = '', qualifier = ''] of text.matchAll(referenceTo(named.id))) {
    if (attribute === '.Alias') found.add([...named.aliases.values()][0] ?? 'its alias');
    else if (attribute === '.Version') found.add('a version');
    else found.add(qualifier === '' ? LATEST : qualifier);
  }
  for (const [id, name] of named.aliases) if (text.includes(`\${${id}}`)) found.add(name);
  for (const id of named.versions) if (text.includes(`\${${id}}`)) found.add('a version');
  if (named.functionName !== null) {
    for (const [, , qualifier = LATEST] of text.matchAll(literal(named.functionName))) found.add(qualifier);
  }
  return [...found];
}

/** `${Id}`, `${Id.Arn}` and what SAM adds, with a qualifier behind it. */
function referenceTo(id: string): RegExp {
  return new RegExp(String.raw`\$\{${escaped(id)}(\.Arn|\.Alias|\.Version)?\}(?::(\$LATEST|[A-Za-z0-9_-]+))?`, 'g');
}

/** A line that is the name, or an ARN that ends in it or goes on with a path. */
function literal(name: string): RegExp {
  return new RegExp(String.raw`(^|:function:)${escaped(name)}(?::(\$LATEST|[A-Za-z0-9_-]+))?(?=$|/)`, 'gm');
}

export interface OnAlias {
  readonly named: Named;
  /** The logical id and the name of the alias. */
  readonly alias: { readonly id: string; readonly name: string };
}

/** The value with the alias where the function was. An alias's `Ref` is its ARN, which stands for name and ARN alike. */
export function onAlias(value: unknown, order: OnAlias): unknown {
  if (typeof value === 'string') return literalOnAlias(value, order);
  if (Array.isArray(value)) return value.map((item) => onAlias(item, order));
  if (!isFields(value)) return value;
  const { named, alias } = order;
  if (idsOf(named).some((id) => isReference(value, id))) return { Ref: alias.id };
  const [[key, argument] = ['', undefined]] = Object.entries(value);
  if (key === 'Fn::Sub') return { 'Fn::Sub': subOnAlias(argument, order) };
  if (key === 'Fn::Join') return joinOnAlias(argument, order);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, onAlias(item, order)]));
}

/** The function, and the aliases that the new one replaces. */
function idsOf({ id, aliases }: Named): string[] {
  return [id, ...aliases.keys()];
}

function isReference(value: unknown, id: string): boolean {
  const text = isFields(value) && ('Ref' in value || 'Fn::GetAtt' in value) ? textOf(value) : '';
  return text === `\${${id}}` || text === `\${${id}.Arn}`;
}

function subOnAlias(argument: unknown, order: OnAlias): unknown {
  if (Array.isArray(argument)) return listOnAlias(argument, order);
  const { named, alias } = order;
  const ids = idsOf(named).map(escaped).join('|');
  const pattern = new RegExp(String.raw`(function:)?\$\{(?:${ids})(\.Arn)?\}(?::(?:\$LATEST|[A-Za-z0-9_-]+))?`, 'g');
  return literalOnAlias(textOf(argument), order).replace(pattern, (_, before: string | undefined) =>
    before === undefined ? `\${${alias.id}}` : `${before}\${${named.id}}:${alias.name}`,
  );
}

/** A variable that is the function is put into the text, where it is seen what stands before it. */
function listOnAlias([text, variables]: readonly unknown[], order: OnAlias): unknown {
  const given = Object.entries(fieldsOf(variables));
  const isOurs = (value: unknown) => idsOf(order.named).some((id) => isReference(value, id));
  const inlined = given
    .filter(([, value]) => isOurs(value))
    .reduce((whole, [name, value]) => whole.replaceAll(`\${${name}}`, () => textOf(value)), textOf(text));
  const others = Object.fromEntries(given.filter(([, value]) => !isOurs(value)));
  const moved = subOnAlias(inlined, order);
  return Object.keys(others).length === 0 ? moved : [moved, onAlias(others, order)];
}

function joinOnAlias(argument: unknown, order: OnAlias): unknown {
  const [separator, parts] = listOf(argument);
  if (!Array.isArray(parts)) return argument;
  const { named, alias } = order;
  const isNamed = (part: unknown) => idsOf(named).some((id) => isReference(part, id));
  const moved = parts.flatMap((part, index) => {
    if (isNamed(parts[index - 1]) && typeof part === 'string') return withoutQualifier(part, separator === ':');
    // An ARN that is put together keeps the name, and gets the alias's name behind it.
    const isPut = separator === ':' ? parts[index - 1] === 'function' : textOf(parts[index - 1]).endsWith('function:');
    if (isReference(part, named.id) && isPut) return separator === ':' ? [part, alias.name] : [part, `:${alias.name}`];
    return [onAlias(part, order)];
  });
  return moved.length === 1 ? moved[0] : { 'Fn::Join': [separator, moved] };
}

/** What stood behind the function was another qualifier. */
function withoutQualifier(part: string, isWhole: boolean): string[] {
  if (isWhole) return /^(\$LATEST|[A-Za-z0-9_-]+)$/.test(part) ? [] : [part];
  return [part.replace(/^:(\$LATEST|[A-Za-z0-9_-]+)/, '')];
}

function literalOnAlias(text: string, { named: { functionName }, alias }: OnAlias): string {
  if (functionName === null) return text;
  return text.replace(literal(functionName), (whole) =>
    whole.endsWith(functionName) ? `${whole}:${alias.name}` : whole.replace(`:${LATEST}`, `:${alias.name}`),
  );
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
