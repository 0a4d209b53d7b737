import ts from 'typescript';
import type { Source } from './sources.ts';
import type { Rule } from './text-rules.ts';

export const FUNCTION_LINES_MAX = 60;

type FunctionNode = ts.SignatureDeclaration & { readonly body?: ts.Node };

/** Six rules read every source, so each source is parsed once. */
const parsed = new WeakMap<Source, ts.SourceFile>();

function parse(source: Source): ts.SourceFile {
  const file = parsed.get(source) ?? ts.createSourceFile(source.path, source.text, ts.ScriptTarget.Latest, true);
  parsed.set(source, file);
  return file;
}

function nodesOf<Found extends ts.Node>(source: ts.SourceFile, is: (node: ts.Node) => node is Found): Found[] {
  const found: Found[] = [];
  const visit = (node: ts.Node): void => {
    if (is(node)) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function lineOf(file: ts.SourceFile, position: number): number {
  return file.getLineAndCharacterOfPosition(position).line + 1;
}

function place(node: ts.Node): string {
  const file = node.getSourceFile();
  return `${file.fileName}:${lineOf(file, node.getStart())}`;
}

function isFunction(node: ts.Node): node is FunctionNode {
  return ts.isFunctionLike(node) && !ts.isFunctionTypeNode(node) && !ts.isConstructorDeclaration(node);
}

function nameOf(node: FunctionNode): string {
  const { parent } = node;
  if (node.name) return node.name.getText();
  if (parent && (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent))) return parent.name.getText();
  return 'a function';
}

/**
 * Counts the statements of a function, without its signature and the comments above it: this is what a reader must keep
 * in mind.
 */
export const functionsAreShort: Rule = (source) =>
  nodesOf(parse(source), isFunction).flatMap((node) => {
    if (node.body === undefined) return [];
    const file = node.getSourceFile();
    const lines = lineOf(file, node.end) - lineOf(file, node.getStart()) + 1;
    if (lines <= FUNCTION_LINES_MAX) return [];
    return [
      `${place(node)}: ${nameOf(node)} has ${lines} lines, and ${FUNCTION_LINES_MAX} is the most. Take a step of it out, and name that.`,
    ];
  });

/** Mathematics has its own order of parameters, which a caller mixes up less easily than names. */
const OWN_ORDER = /^binomial$/;

export const parametersAreFew: Rule = (source) =>
  nodesOf(parse(source), isFunction).flatMap((node) => {
    const { parameters } = node;
    // A function without a type on any parameter is a callback. Its caller decides its parameters.
    if (parameters.every(({ type }) => type === undefined)) return [];
    if (parameters.some(({ dotDotDotToken }) => dotDotDotToken)) return [];
    if (parameters.length > 2) {
      return [`${place(node)}: ${nameOf(node)} takes ${parameters.length} parameters. Take one named object.`];
    }
    const [one, other] = parameters.map(({ type }) => type?.getText());
    if (one === undefined || one !== other || !/^(string|number|boolean)$/.test(one)) return [];
    if (!isCalledFromAfar(node) || OWN_ORDER.test(nameOf(node))) return [];
    return [
      `${place(node)}: ${nameOf(node)} takes two of type ${one}, which are easily swapped. Take one named object.`,
    ];
  });

/**
 * True for an exported function or a method of a port. A reader of the call does not see the names of its parameters.
 */
function isCalledFromAfar(node: FunctionNode): boolean {
  if (ts.isMethodSignature(node)) return true;
  return (
    ts.isFunctionDeclaration(node) && (node.modifiers ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  );
}

function isClass(node: ts.Node): node is ts.ClassLikeDeclaration {
  return ts.isClassLike(node);
}

export const onlyOneClass: Rule = (source) =>
  nodesOf(parse(source), isClass)
    .filter(({ name }) => name?.text !== 'SlipwayError')
    .map((node) => `${place(node)}: a class. Return the port from a function; the only class is SlipwayError.`);

export const noEnums: Rule = (source) =>
  nodesOf(parse(source), ts.isEnumDeclaration).map(
    (node) => `${place(node)}: an enum. Use a union of words, with \`as const\` where a list is needed.`,
  );

function isDefaultExport(node: ts.Node): node is ts.Node {
  return (ts.isExportAssignment(node) && !node.isExportEquals) || node.kind === ts.SyntaxKind.DefaultKeyword;
}

export const noDefaultExports: Rule = (source) =>
  nodesOf(parse(source), isDefaultExport)
    .filter(({ kind, parent }) => kind !== ts.SyntaxKind.DefaultKeyword || !ts.isDefaultClause(parent))
    .map((node) => `${place(node)}: a default export. Export it by its name.`);

/** A file that only re-exports what others export hides where things are. */
export const noBarrels: Rule = (source) => {
  const { statements, fileName } = parse(source);
  const isBarrel =
    statements.length > 0 && statements.every((one) => ts.isExportDeclaration(one) && one.moduleSpecifier);
  return isBarrel ? [`${fileName}: a barrel. Import from the file that has it.`] : [];
};
