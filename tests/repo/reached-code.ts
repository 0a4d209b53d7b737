/**
 * Says what the code behind an entry point reaches: uses of AWS's SDK, and variables of the environment. A port's
 * method counts where it is called, and not where its adapter is made. What cannot be told apart counts.
 */
import { join, relative } from 'node:path';
import ts from 'typescript';
import { ROOT } from './sources.ts';

export interface Reached {
  readonly aws: readonly AwsUse[];
  readonly variables: readonly string[];
  /** Functions of the project by file and name, such as `src/system.ts systemIds`. */
  readonly functions: ReadonlySet<string>;
}

/** For example `UpdateAliasCommand` of `@aws-sdk/client-lambda`, and where the code names it. */
export interface AwsUse {
  readonly from: string;
  readonly name: string;
  readonly at: string;
}

const AWS = /^(@(aws-sdk|smithy)\/|aws4$)/;
const VARIABLE = /^[A-Z][A-Z0-9_]*$/;

/** The sources of the project with their types. `planted` adds files that do not exist on disk. */
export function productProgram(planted: Readonly<Record<string, string>> = {}, before?: ts.Program): ts.Program {
  const options = ts.getParsedCommandLineOfConfigFile(
    join(ROOT, 'tsconfig.json'),
    {},
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
        throw new Error(`tsconfig.json cannot be read: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
      },
    },
  )?.options;
  const host = ts.createCompilerHost(options ?? {}, true);
  const texts = new Map(Object.entries(planted).map(([path, text]) => [join(ROOT, path), text]));
  const read = host.getSourceFile;
  host.fileExists = (path) => texts.has(path) || ts.sys.fileExists(path);
  host.getSourceFile = (path, languageVersion, ...rest) => {
    const text = texts.get(path);
    if (text !== undefined) return ts.createSourceFile(path, text, languageVersion, true);
    return before?.getSourceFile(path) ?? read(path, languageVersion, ...rest);
  };
  const sources = ts.sys.readDirectory(join(ROOT, 'src'), ['.ts'], ['src/twin', 'src/simulation', 'src/rehearse']);
  return ts.createProgram([...new Set([...sources, ...texts.keys()])], options ?? {}, host, before);
}

/** Starts from the exports of the entry point, and from the code that runs when its module is loaded. */
export function reachedFrom(program: ts.Program, entry: string): Reached {
  const file = program.getSourceFile(join(ROOT, entry));
  if (file === undefined) throw new Error(`There is no ${entry}. Correct the handler in serverless.yml.`);
  const walk = walker(program.getTypeChecker());
  walk.visit(file);
  return walk.finish();
}

interface Walker {
  visit(node: ts.Node): void;
  finish(): Reached;
}

function walker(checker: ts.TypeChecker): Walker {
  const visited = new Set<ts.Node>();
  /** Members of interfaces that some code uses, and their implementations in the object literals found so far. */
  const used = new Set<ts.Node>();
  const offered = new Map<ts.Node, ts.Node[]>();
  const queue: ts.Node[] = [];
  const aws = new Map<string, AwsUse>();
  const variables = new Set<string>();
  const functions = new Set<string>();

  function use(symbol: ts.Symbol | undefined): void {
    for (const declaration of symbol?.declarations ?? []) {
      if (isMember(declaration)) {
        used.add(declaration);
        queue.push(...(offered.get(declaration) ?? []));
      } else if (isOwn(declaration)) queue.push(declarationOf(declaration));
    }
  }

  function offer(members: readonly ts.Node[], value: ts.Node): void {
    for (const member of members) {
      offered.set(member, [...(offered.get(member) ?? []), value]);
      if (used.has(member)) queue.push(value);
    }
  }

  function visitObject(literal: ts.ObjectLiteralExpression): void {
    const context = checker.getContextualType(literal);
    for (const property of literal.properties) {
      const name = property.name === undefined ? undefined : nameOf(property.name);
      const members = name === undefined ? [] : membersOf(context, name);
      const isFunction = checker.getTypeAtLocation(property).getCallSignatures().length > 0;
      if (isFunction && members.length > 0) offer(members, property);
      // A getter runs when it is read.
      else if (!ts.isGetAccessor(property)) visit(property);
    }
  }

  function visitIdentifier(node: ts.Identifier): void {
    const symbol = ts.isShorthandPropertyAssignment(node.parent)
      ? checker.getShorthandAssignmentValueSymbol(node.parent)
      : checker.getSymbolAtLocation(node);
    const from = symbol?.declarations?.map(importedFrom).find((found) => found !== undefined);
    if (from !== undefined && AWS.test(from.from)) {
      aws.set(`${from.from} ${from.name} ${pathOf(node)}`, { ...from, at: pathOf(node) });
    } else use(symbol !== undefined && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol);
  }

  function visit(node: ts.Node): void {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    if (ts.isImportDeclaration(node) || isReachedByItsName(node)) return;
    if (visited.has(node)) return;
    visited.add(node);
    if (ts.isIdentifier(node)) visitIdentifier(node);
    if (ts.isStringLiteral(node) && pathOf(node) === 'src/config.ts' && VARIABLE.test(node.text))
      variables.add(node.text);
    if (ts.isObjectBindingPattern(node))
      for (const name of namesIn(node)) use(checker.getTypeAtLocation(node).getProperty(name));
    if (ts.isElementAccessExpression(node)) checker.getTypeAtLocation(node.expression).getProperties().forEach(use);
    if (ts.isObjectLiteralExpression(node)) visitObject(node);
    else ts.forEachChild(node, visit);
  }

  return {
    visit,
    finish() {
      for (let next = queue.pop(); next !== undefined; next = queue.pop()) visitDeclared(next);
      return { aws: [...aws.values()], variables: [...variables].sort(), functions };
    },
  };

  function visitDeclared(node: ts.Node): void {
    if (visited.has(node)) return;
    visited.add(node);
    if (ts.isFunctionDeclaration(node)) functions.add(`${pathOf(node)} ${node.name?.text}`);
    for (const statement of node.getSourceFile().statements) if (ts.isExpressionStatement(statement)) visit(statement);
    ts.forEachChild(node, visit);
  }
}

/** The code counts where it is called, and not where it is written. */
function isReachedByItsName(node: ts.Node): boolean {
  const { parent } = node;
  if (parent === undefined || !ts.isSourceFile(parent)) return false;
  if (ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node)) return !isExported(node);
  return ts.isVariableStatement(node) && !isExported(node);
}

function isExported(node: ts.FunctionDeclaration | ts.ClassDeclaration | ts.VariableStatement): boolean {
  return (node.modifiers ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
}

/** True for a member of an interface. An object literal holds the code that implements it. */
function isMember(node: ts.Node): boolean {
  return isOwn(node) && (ts.isMethodSignature(node) || ts.isPropertySignature(node));
}

function membersOf(type: ts.Type | undefined, name: string): readonly ts.Node[] {
  const types = type?.isUnionOrIntersection() ? type.types : type === undefined ? [] : [type];
  return types.flatMap((one) => one.getProperty(name)?.declarations ?? []).filter(isMember);
}

function isOwn(node: ts.Node): boolean {
  return node.getSourceFile().fileName.startsWith(join(ROOT, 'src/'));
}

/** The whole statement declares a name in a pattern. */
function declarationOf(node: ts.Node): ts.Node {
  let found = node;
  while (ts.isBindingElement(found) || ts.isObjectBindingPattern(found) || ts.isArrayBindingPattern(found))
    found = found.parent;
  return found;
}

function namesIn(pattern: ts.ObjectBindingPattern): string[] {
  return pattern.elements.flatMap(({ propertyName, name }) => nameOf(propertyName ?? name) ?? []);
}

function nameOf(node: ts.Node): string | undefined {
  return ts.isIdentifier(node) || ts.isStringLiteral(node) ? node.text : undefined;
}

/** Returns the parts of `import { name } from 'from'` when that import declares the name. */
function importedFrom(node: ts.Declaration): { readonly from: string; readonly name: string } | undefined {
  if (ts.isImportSpecifier(node)) {
    return { from: moduleOf(node.parent.parent.parent), name: (node.propertyName ?? node.name).text };
  }
  if (ts.isNamespaceImport(node)) return { from: moduleOf(node.parent.parent), name: '*' };
  return ts.isImportClause(node) ? { from: moduleOf(node.parent), name: 'default' } : undefined;
}

function moduleOf(node: ts.Node): string {
  return ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier) ? node.moduleSpecifier.text : '';
}

function pathOf(node: ts.Node): string {
  return relative(ROOT, node.getSourceFile().fileName);
}
