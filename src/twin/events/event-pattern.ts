/**
 * EventBridge event patterns: exact values, `prefix`, `suffix`, `equals-ignore-case`, `anything-but`, `exists` and
 * `numeric`, in nested objects and over arrays. A pattern with any other filter cannot be read: if the filter were
 * ignored, a wrong rule would go unnoticed. No maintained npm package of the matcher was found.
 */
import { SlipwayError } from '../../domain/errors.ts';

export type Pattern = (event: unknown) => boolean;
type Json = Readonly<Record<string, unknown>>;
/** Tests one value; the value is `undefined` when the event does not have the field. */
type Filter = (value: unknown) => boolean;

/** Throws Broken, with the place, when the pattern is not valid or has a filter that is not listed above. */
export function compilePattern(pattern: unknown, path = '$'): Pattern {
  if (!isObject(pattern) || Object.keys(pattern).length === 0) {
    throw refused(path, 'is no pattern: an object of fields is wanted');
  }
  const fields = Object.entries(pattern).map(([name, wanted]) => ({
    name,
    matches: compileField(name, { wanted, path }),
  }));
  return (event) => {
    // An array of objects matches when one of its objects matches.
    if (Array.isArray(event))
      return event.some((one) => fields.every(({ name, matches }) => matches(fieldOf(one, name))));
    return fields.every(({ name, matches }) => matches(fieldOf(event, name)));
  };
}

function compileField(name: string, { wanted, path }: { wanted: unknown; path: string }): Filter {
  const here = `${path}.${name}`;
  if (name.startsWith('$')) throw refused(here, 'is an operator that the rehearsal does not know');
  if (!Array.isArray(wanted)) return compilePattern(wanted, here);
  if (wanted.length === 0) throw refused(here, 'is an empty list, which matches nothing');
  const filters = wanted.map((one) => compileFilter(one, here));
  return (value) => {
    const values = Array.isArray(value) && value.length > 0 ? value : [value];
    return filters.some((filter) => values.some(filter));
  };
}

function compileFilter(wanted: unknown, path: string): Filter {
  if (!isObject(wanted)) return (value) => value === wanted;
  const [entry, ...others] = Object.entries(wanted);
  if (!entry || others.length > 0) throw refused(path, 'has a filter with more or less than one word');
  const [word, argument] = entry;
  switch (word) {
    case 'exists':
      if (typeof argument !== 'boolean') throw refused(path, 'has `exists` without true or false');
      return (value) => (value !== undefined && !isObject(value)) === argument;
    case 'anything-but':
      return anythingBut(argument, path);
    case 'numeric':
      return numeric(argument, path);
    case 'prefix':
    case 'suffix':
    case 'equals-ignore-case':
      return textFilter(word, { argument, path });
    default:
      throw refused(path, `uses the filter \`${word}\`, which the rehearsal does not know`);
  }
}

type TextWord = 'prefix' | 'suffix' | 'equals-ignore-case';

function textFilter(word: TextWord, { argument, path }: { argument: unknown; path: string }): Filter {
  if (typeof argument !== 'string') throw refused(path, `has \`${word}\` without a text`);
  const lower = argument.toLowerCase();
  const tests: Record<TextWord, (text: string) => boolean> = {
    prefix: (text) => text.startsWith(argument),
    suffix: (text) => text.endsWith(argument),
    'equals-ignore-case': (text) => text.toLowerCase() === lower,
  };
  return (value) => typeof value === 'string' && tests[word](value);
}

function anythingBut(argument: unknown, path: string): Filter {
  const excluded = (Array.isArray(argument) ? argument : [argument]).map((one) => compileFilter(one, path));
  return (value) => value !== undefined && !excluded.some((filter) => filter(value));
}

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '=': (value, bound) => value === bound,
  '>=': (value, bound) => value >= bound,
  '>': (value, bound) => value > bound,
};

function numeric(argument: unknown, path: string): Filter {
  const parts = Array.isArray(argument) ? argument : [];
  if (parts.length !== 2 && parts.length !== 4) throw refused(path, 'has `numeric` without one or two comparisons');
  const tests: ((value: number) => boolean)[] = [];
  for (let index = 0; index < parts.length; index += 2) {
    const [word, bound] = [parts[index], parts[index + 1]];
    const compare = COMPARISONS[String(word)];
    if (!compare || typeof bound !== 'number') throw refused(path, 'has `numeric` with an unknown comparison');
    tests.push((value) => compare(value, bound));
  }
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}

function fieldOf(event: unknown, name: string): unknown {
  return isObject(event) && Object.hasOwn(event, name) ? event[name] : undefined;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refused(path: string, why: string): SlipwayError {
  return new SlipwayError('Broken', `The event pattern at ${path} ${why}. Correct it, or teach event-pattern.ts.`);
}
