/** Parses the text of a slipway.yml, and finds the place of a field in it. */
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
} from 'yaml';
import { pathOf } from '../../api/fields/pointer.ts';
import type { LintProblem, Span } from './lint-problem.ts';
import { yamlMistakes } from './yaml-mistakes.ts';

export type Place = Pick<LintProblem, 'line' | 'column' | 'endLine' | 'endColumn'>;

export interface YamlDocument {
  /** The content; null when there are mistakes. */
  readonly value: unknown;
  /** Mistakes of YAML itself. */
  readonly mistakes: readonly LintProblem[];
  /** The place of the field's name or of its value. For a field that is not there, the place of what should have it. */
  readonly placeOf: (pointer: string, what: 'field' | 'value' | 'missing') => Place;
}

export function yamlDocument(text: string): YamlDocument {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  const documents: Document.Parsed[] = 'empty' in parsed ? [] : parsed;
  const placed = (span: Span) =>
    placeIn(lines, [Math.min(span[0], text.length), Math.min(Math.max(...span), text.length)]);
  const mistakes = yamlMistakes(text, documents).map(({ span, message }) => ({
    severity: 'error' as const,
    rule: 'yaml',
    ...placed(span),
    message,
  }));
  const [document] = documents;
  return {
    value: mistakes.length === 0 ? document?.toJS() : null,
    mistakes,
    placeOf: (pointer, what) => placed(document === undefined ? [0, 0] : spanOf(document, { pointer, what })),
  };
}

function placeIn(lines: LineCounter, [from, to]: Span): Place {
  const [start, end] = [lines.linePos(from), lines.linePos(to)];
  return { line: start.line || 1, column: start.col, endLine: end.line || 1, endColumn: end.col };
}

interface Wanted {
  readonly pointer: string;
  readonly what: 'field' | 'value' | 'missing';
}

function spanOf(document: Document.Parsed, { pointer, what }: Wanted): Span {
  let node: Node | null = document.contents;
  let span: Span = node === null ? [0, 0] : [rangeOf(node)[0], rangeOf(node)[0]];
  const path = pathOf(pointer);
  for (const [index, part] of path.entries()) {
    const found: Found | null = childOf(resolved(node, document), part);
    if (found === null) break;
    node = found.value;
    const isWhole = index === path.length - 1 && what === 'value';
    span = isWhole || found.key === null ? valueSpan(found) : rangeOf(found.key);
  }
  return span;
}

interface Found {
  /** Null in a list. */
  readonly key: Node | null;
  readonly value: Node | null;
}

function childOf(node: Node | null, part: string): Found | null {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === part);
    return pair === undefined ? null : { key: pair.key as Node, value: pair.value as Node | null };
  }
  if (!isSeq(node) || !(Number(part) < node.items.length)) return null;
  return { key: null, value: node.items[Number(part)] as Node };
}

/** A value of several lines is shown by its name: its first line is the mistake of nobody. */
function valueSpan({ key, value }: Found): Span {
  const isBlock = isCollection(value) && value.flow !== true;
  const isEmpty = isScalar(value) && value.source === '' && value.type === 'PLAIN';
  if (key !== null && (value === null || isBlock || isEmpty)) return rangeOf(key);
  if (value === null) return [0, 0];
  const [from, to] = rangeOf(value);
  return [from, isBlock ? from + 1 : to];
}

function rangeOf(node: Node): Span {
  const [from, to] = node.range ?? [0, 0];
  return [from, to];
}

function resolved(node: Node | null, document: Document.Parsed): Node | null {
  return isAlias(node) ? (node.resolve(document) ?? null) : node;
}
