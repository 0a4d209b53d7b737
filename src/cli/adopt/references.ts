/** Finds references to a function or its aliases in a value of a template, and replaces the function with the alias. */
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

/** Returns the qualifiers by which a value names the function; empty when the value does not name it. */
export function qualifiersIn(value: unknown, named: Named): string[] {
  const text = textOf(withoutOwnNames(value, named));
  const found = new Set<string>();
  for (const [, attribute = '', qualifier = ''] of text.matchAll(referenceTo(named.id))) {
    if (attribute === '.Alias') found.add([...named.aliases.values()][0] ?? 'its alias');
    else if (attribute === '.Version') found.add('a version');
    else found.add(qualifier === '' ? LATEST : qualifier);
  }
  for (const [id, name] of named.aliases) if (text.includes(`\${${id}}`)) found.add(name);
  for (const id of named.versions) if (text.includes(`\${${id}}`)) found.add('a version');
  if (named.functionName !== null) {
    const texts = [text, ...namesAskedFor(value).map((name) => `:function:${name}`)].join('\n');
    for (const [, , qualifier = LATEST] of texts.matchAll(literal(named.functionName))) found.add(qualifier);
  }
  return [...found];
}

/**
 * Properties that expect the name of a function. Elsewhere the same bare name belongs to another thing: a table, a
 * queue or a rule.
 */
const ASKS_FOR_NAME = /^(FunctionName|TargetFunctionArn|function_name)$/;

/** Properties that name the resource itself. People often use the function's name for these too. */
const OWN_NAME = /^(Id|Name|StatementId|Description|(Rule|Topic|Queue|Bucket|LogGroup|StateMachine)Name)$/;
/** Below these, the keys are variables with any name. */
const OF_VARIABLES = /^(Fn::.*|DefinitionSubstitutions)$/;

function withoutOwnNames(value: unknown, named: Named): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutOwnNames(item, named));
  if (!isFields(value)) return value;
  const entries = Object.entries(value).filter((property) => !isOwnName(property, named));
  return Object.fromEntries(
    entries.map(([key, item]) => [key, OF_VARIABLES.test(key) ? item : withoutOwnNames(item, named)]),
  );
}

/** A target of a load balancer has an ARN as its Id. */
function isOwnName([key, value]: readonly [key: string, value: unknown], { aliases }: Named): boolean {
  if (!OWN_NAME.test(key)) return false;
  const text = textOf(value);
  return !/\.Arn\}|:function:/.test(text) && ![...aliases.keys()].some((id) => text.includes(`\${${id}}`));
}

function namesAskedFor(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(namesAskedFor);
  return Object.entries(fieldsOf(value)).flatMap(([key, item]) =>
    ASKS_FOR_NAME.test(key) && typeof item === 'string' ? [item] : namesAskedFor(item),
  );
}

/**
 * Matches `${Id}`, `${Id.Arn}` and SAM's additions, with a qualifier after it. Inside another name, such as
 * `/aws/lambda/${Id}`, it is not a call.
 */
function referenceTo(id: string): RegExp {
  const whole = String.raw`\$\{${escaped(id)}(\.Arn|\.Alias|\.Version)\}|(?<![\w/.}-])\$\{${escaped(id)}\}(?![\w.$-])`;
  return new RegExp(String.raw`(?:${whole})(?::(\$LATEST|[A-Za-z0-9_-]+))?`, 'g');
}

function aliasReference(id: string): RegExp {
  return new RegExp(String.raw`\$\{${escaped(id)}\}(?::(?:\$LATEST|[A-Za-z0-9_-]+))?`);
}

/** Matches an ARN that ends in the name, or continues with a path or, in the text of a definition, with a quote. */
function literal(name: string): RegExp {
  return new RegExp(String.raw`(:function:)${escaped(name)}(?::(\$LATEST|[A-Za-z0-9_-]+))?(?=$|[/"])`, 'gm');
}

export interface OnAlias {
  readonly named: Named;
  /** The logical id and the name of the alias. */
  readonly alias: { readonly id: string; readonly name: string };
}

/**
 * The value with the alias in place of the function. The `Ref` of an alias is its ARN, which works both as a name and
 * as an ARN.
 */
export function onAlias(value: unknown, order: OnAlias): unknown {
  if (typeof value === 'string') return literalOnAlias(value, order);
  if (Array.isArray(value)) return value.map((item) => onAlias(item, order));
  if (!isFields(value)) return value;
  const { named, alias } = order;
  if (idsOf(named).some((id) => isReference(value, id))) return { Ref: alias.id };
  const [[key, argument] = ['', undefined]] = Object.entries(value);
  if (key === 'Fn::Sub') return { 'Fn::Sub': subOnAlias(argument, order) };
  if (key === 'Fn::Join') return joinOnAlias(argument, order);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, propertyOnAlias([name, item], order)]));
}

function variablesOnAlias(value: unknown, order: OnAlias): unknown {
  if (!isFields(value)) return onAlias(value, order);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, onAlias(item, order)]));
}

/** The value of a property, which may be the bare name of the function. */
export function propertyOnAlias([name, value]: readonly [name: string, value: unknown], order: OnAlias): unknown {
  if (isOwnName([name, value], order.named)) return value;
  if (OF_VARIABLES.test(name)) return variablesOnAlias(value, order);
  if (!ASKS_FOR_NAME.test(name) || typeof value !== 'string') return onAlias(value, order);
  const before = ':function:';
  return literalOnAlias(`${before}${value}`, order).slice(before.length);
}

/** The ids of the function and of the aliases that the new one replaces. */
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
  const whole = [referenceTo(named.id), ...[...named.aliases.keys()].map(aliasReference)].map(({ source }) => source);
  const pattern = new RegExp(`(function:)?(?:${whole.join('|')})`, 'g');
  return literalOnAlias(textOf(argument), order).replace(pattern, (_, before: string | undefined) =>
    before === undefined ? `\${${alias.id}}` : `${before}\${${named.id}}:${alias.name}`,
  );
}

/** A variable that is the function is put into the text, so that the text before it is visible. */
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
  const { named, alias } = order;
  if (!Array.isArray(parts)) return { 'Fn::Join': argument };
  if (qualifiersIn({ 'Fn::Join': argument }, named).length === 0) return { 'Fn::Join': argument };
  const isNamed = (part: unknown) => idsOf(named).some((id) => isReference(part, id));
  const moved = parts.flatMap((part, index) => {
    if (isNamed(parts[index - 1]) && typeof part === 'string') return withoutQualifier(part, separator === ':');
    // In an ARN that is made of parts, the name stays and the alias's name follows it.
    const isPut = separator === ':' ? parts[index - 1] === 'function' : textOf(parts[index - 1]).endsWith('function:');
    if (isReference(part, named.id) && isPut) return separator === ':' ? [part, alias.name] : [part, `:${alias.name}`];
    return [onAlias(part, order)];
  });
  return moved.length === 1 ? moved[0] : { 'Fn::Join': [separator, moved] };
}

/** Removes another qualifier after the function. */
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
