/** What is wrong with a file as YAML, in sentences with a next step. */
import { type Document, isMap, isScalar, type Node, visit, type YAMLError } from 'yaml';
import type { Span } from './lint-problem.ts';

export interface YamlMistake {
  readonly span: Span;
  readonly message: string;
}

/** One mistake often makes the parser find others behind it, so only the first of a line is returned. */
export function yamlMistakes(text: string, documents: readonly Document.Parsed[]): YamlMistake[] {
  const [document, second] = documents;
  if (document === undefined || (document.contents === null && document.errors.length === 0)) return [EMPTY];
  const problems = [...document.errors, ...document.warnings];
  if (problems.length > 0)
    return firstOfEachLine(
      text,
      problems.map((problem) => mistakeFrom(text, problem)),
    );
  if (second !== undefined) return [severalDocuments(second)];
  return [...referenceMistakes(document), ...contentMistakes(document)];
}

const EMPTY: YamlMistake = {
  span: [0, 0],
  message: 'The file has no content. Write at least name and target, or let slipway init write it.',
};

function firstOfEachLine(text: string, mistakes: readonly YamlMistake[]): YamlMistake[] {
  const lineOf = ({ span: [from] }: YamlMistake) => text.slice(0, from).split('\n').length;
  const lines = mistakes.map(lineOf);
  return mistakes.filter((_, index) => lines.indexOf(lines[index] ?? 0) === index);
}

function mistakeFrom(text: string, { code, pos: [from, to], message }: YAMLError): YamlMistake {
  if (code === 'DUPLICATE_KEY') return writtenTwice(text, from);
  const written = text.slice(from, to).trim();
  const sentence = SENTENCES[code]?.(written, message) ?? `${message}. Correct it, or put the text into quotes.`;
  return { span: [from, to], message: sentence };
}

/** The parser points to the first character of the name. */
function writtenTwice(text: string, from: number): YamlMistake {
  const [name = ''] = /^("[^"]*"|'[^']*'|[^:\s]*)/.exec(text.slice(from)) ?? [];
  const message = `The field "${name.replace(/^["']|["']$/g, '')}" is there twice. Take one out.`;
  return { span: [from, from + name.length], message };
}

const SENTENCES: Partial<Record<YAMLError['code'], (written: string, message: string) => string>> = {
  TAB_AS_INDENT: () => 'The line begins with a tab, which YAML does not allow. Indent it with spaces.',
  BAD_INDENT: (_, message) =>
    message.startsWith('Flow')
      ? `A ${message.startsWith('Flow map') ? '{ has no }' : '[ has no ]'} before this line. Close it, or indent this line further.`
      : 'The line begins at another column than the fields above it. Begin fields of one object at the same column.',
  MISSING_CHAR: (_, message) =>
    message.includes('quote')
      ? 'A text in quotes has no end. Write the closing quote.'
      : `${message}. Write what is missing.`,
  BLOCK_AS_IMPLICIT_KEY: () =>
    'The line has a second colon with a space after it. Put the text into quotes, or write the inner field on a line of its own.',
  MULTILINE_IMPLICIT_KEY: () =>
    'The line is no field with a value. Write the name, a colon, a space and the value: name: shop',
  BAD_SCALAR_START: (written, message) =>
    `A text cannot begin with ${JSON.stringify(written.charAt(0) || message.slice(-1))}. Put it into quotes.`,
  TAG_RESOLVE_FAILED: (written) => `The tag ${written} means nothing here. Write the value itself.`,
  BAD_DQ_ESCAPE: (written) =>
    `${written} means nothing in double quotes. Write \\\\ for a backslash, or use single quotes.`,
  UNEXPECTED_TOKEN: () =>
    'There is more after the end of the value. Put the whole value into one pair of quotes, or take the rest out.',
  BAD_DIRECTIVE: () => 'A line that begins with % is an order to the parser, and this one is not known. Take it out.',
};

function severalDocuments(second: Document.Parsed): YamlMistake {
  const [from] = second.contents?.range ?? second.range;
  const message =
    'A second document begins here, after ---, and a file has one service. Put each into a file of its own, and name both.';
  return { span: [from, from], message };
}

/** Aliases that name nothing, that name a part around them, or that together would make a value too large to read. */
function referenceMistakes(document: Document.Parsed): YamlMistake[] {
  const mistakes: YamlMistake[] = [];
  visit(document, {
    Alias(_, alias, path) {
      const node = alias.resolve(document);
      const span = spanOf(alias);
      if (node === undefined) {
        const fact = `*${alias.source} names no part of the file before it.`;
        mistakes.push({ span, message: `${fact} Mark that part with &${alias.source}, or put the text into quotes.` });
      } else if (path.includes(node)) {
        mistakes.push({ span, message: `*${alias.source} names the part that it is in. Write the value itself.` });
      }
    },
    Pair(_, { key }) {
      if (!isScalar(key) || key.value !== '<<') return;
      const message = 'Merge keys are not read. Write out the fields that << would bring.';
      mistakes.push({ span: spanOf(key), message });
    },
  });
  return mistakes.length > 0 ? mistakes : expansionMistakes(document);
}

function expansionMistakes(document: Document.Parsed): YamlMistake[] {
  try {
    document.toJS();
    return [];
  } catch {
    const message = 'The aliases of the file stand for far more than a service has. Write the values out.';
    return [{ span: spanOf(document.contents), message }];
  }
}

/** `name:shop` is one text, and not a field with a value. */
function contentMistakes({ contents }: Document.Parsed): YamlMistake[] {
  if (isMap(contents)) return [];
  const what = isScalar(contents) ? 'one value' : 'a list';
  const next = 'Write fields: a name, a colon, a space and a value, such as name: shop';
  const [from] = spanOf(contents);
  return [
    {
      span: isScalar(contents) ? spanOf(contents) : [from, from],
      message: `The file holds ${what} and no fields. ${next}`,
    },
  ];
}

function spanOf(node: Node | null): Span {
  const [from, to] = node?.range ?? [0, 0];
  return [from, to];
}
