/**
 * Reads values of CloudFormation templates. YAML with short tags becomes plain data, and a value becomes a text in
 * which references stay visible as `${Id}`. Nothing is evaluated: it is enough to see which resource is named.
 */
import { type CollectionTag, Pair, parseAllDocuments, Scalar, type ScalarTag, YAMLMap, type YAMLSeq } from 'yaml';
import { SlipwayError } from '../../domain/errors.ts';

export type Fields = Readonly<Record<string, unknown>>;

const FUNCTIONS =
  'And Base64 Cidr Equals FindInMap GetAZs GetAtt If ImportValue Join Length Not Or Select Split Sub ToJsonString Transform';
const WHOLE = ['Ref', 'Condition'];

const customTags: (ScalarTag | CollectionTag)[] = [...FUNCTIONS.split(' '), ...WHOLE].flatMap((word) => {
  const key = WHOLE.includes(word) ? word : `Fn::${word}`;
  const tag = `!${word}`;
  const inMap = (collection: YAMLMap | YAMLSeq) => {
    const map = new YAMLMap();
    map.items.push(new Pair(new Scalar(key), collection));
    return map;
  };
  return [
    { tag, resolve: (text: string) => ({ [key]: word === 'GetAtt' ? pathOf(text) : text }) },
    { tag, collection: 'seq' as const, resolve: (value: YAMLMap | YAMLSeq) => inMap(value) },
    { tag, collection: 'map' as const, resolve: (value: YAMLMap | YAMLSeq) => inMap(value) },
  ];
});

function pathOf(text: string): string[] {
  const dot = text.indexOf('.');
  return dot < 0 ? [text] : [text.slice(0, dot), text.slice(dot + 1)];
}

export interface TextFile {
  readonly text: string;
  /** The name in a message. */
  readonly path: string;
}

/** Reads every document of a JSON or YAML text. Throws with the line of the first fault. */
export function readDocuments({ text, path }: TextFile): unknown[] {
  if (text.trim() === '') throw unreadable({ path, why: 'it is empty.' });
  if (/^\s*[[{]/.test(text)) return [readJson({ text, path })];
  const documents = parseAllDocuments(text, { customTags, merge: true });
  if (!Array.isArray(documents)) throw unreadable({ path, why: 'it is empty.' });
  for (const { errors } of documents) {
    const [fault] = errors;
    if (fault !== undefined) throw unreadable({ path, why: `${fault.message.split('\n')[0]}` });
  }
  // A chart may leave empty documents between its separators.
  return documents.map((document) => document.toJS() as unknown).filter((value) => value !== null);
}

function readJson({ text, path }: TextFile): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw unreadable({ path, why: cause instanceof Error ? cause.message : String(cause) });
  }
}

function unreadable({ path, why }: { readonly path: string; readonly why: string }): SlipwayError {
  const next = 'Make it again with the tool that wrote it, then repeat this.';
  return new SlipwayError('InvalidRequest', `${path} cannot be read as JSON or YAML: ${why} ${next}`);
}

export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function stringOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Every value inside, one per line; `Ref`, `Fn::GetAtt`, `Fn::Sub` and `Fn::Join` become one text with `${Id}`. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(textOf).join('\n');
  if (!isFields(value)) return value === null || value === undefined ? '' : String(value);
  const [[key, argument] = ['', undefined], ...others] = Object.entries(value);
  if (others.length === 0) {
    if (key === 'Ref') return `\${${textOf(argument)}}`;
    if (key === 'Fn::GetAtt') return `\${${listOf(argument).map(textOf).join('.') || textOf(argument)}}`;
    if (key === 'Fn::Join') return joined(argument);
    if (key === 'Fn::Sub') return substituted(argument);
  }
  return Object.values(value).map(textOf).join('\n');
}

function joined(argument: unknown): string {
  const [separator, parts] = listOf(argument);
  return Array.isArray(parts) ? parts.map(textOf).join(textOf(separator)) : textOf(parts);
}

function substituted(argument: unknown): string {
  const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
  const given = fieldsOf(variables);
  return textOf(text).replace(/\$\{([^!}]+)\}/g, (whole, name: string) =>
    name in given ? textOf(given[name]) : whole,
  );
}

/** A text of `textOf` in which the default replaces each parameter that has one. */
export function withDefaults(text: string, { Parameters }: Fields): string {
  const parameters = fieldsOf(Parameters);
  return text.replace(
    /\$\{([A-Za-z0-9]+)\}/g,
    (whole, name: string) => stringOf(fieldsOf(parameters[name]).Default) ?? whole,
  );
}
