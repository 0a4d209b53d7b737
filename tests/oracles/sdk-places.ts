/**
 * Finds every place of the product that makes a command of the AWS SDK, and every file that talks to AWS without the
 * SDK.
 */
import ts from 'typescript';
import { lineAt, readSources, type Source } from '../repo/sources.ts';

/** The innermost function that makes the command. Its lines are in the stack of each command that it makes. */
export interface SdkPlace {
  readonly operation: string;
  readonly path: string;
  readonly firstLine: number;
  readonly lastLine: number;
}

/** Files that send without the SDK are known by the module with which they send or sign. */
const OWN_SENDERS = ['./exchange.ts', './signed.ts'];
const COMMAND = /^(\w+)Command$/;
const PAGES = /^paginate(\w+)$/;
const HARMLESS = /^(\w+Client|\w+Exception)$/;

export function productSources(): Source[] {
  return readSources('src', /\.ts$/);
}

export function sdkPlaces(sources: readonly Source[]): SdkPlace[] {
  return sources.flatMap(({ path, text }) => {
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
    const operations = new Map(
      sdkNames(file).flatMap(({ name, as }) => {
        const operation = (COMMAND.exec(name) ?? PAGES.exec(name))?.[1];
        return operation === undefined ? [] : [[as, operation] as const];
      }),
    );
    return callsIn(file).flatMap(({ callee, within }) => {
      const operation = operations.get(callee);
      if (operation === undefined) return [];
      const [firstLine, lastLine] = [within.getStart(), within.getEnd()].map((at) => lineAt(text, at)) as [
        number,
        number,
      ];
      return [{ operation, path, firstLine, lastLine }];
    });
  });
}

/** Ways to AWS that no oracle here can observe: an aggregated client, a waiter, an SDK that is loaded late. */
export function unseenWays(sources: readonly Source[]): string[] {
  return sources.flatMap(({ path, text }) => {
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
    const names = sdkNames(file)
      .map(({ name }) => name)
      .filter((name) => !COMMAND.test(name) && !PAGES.test(name) && !HARMLESS.test(name));
    const late = [...text.matchAll(/import\('@aws-sdk\/[^']+'\)/g)].map(([found]) => found);
    return [...names, ...late].map(
      (name) => `${path} reaches AWS by ${name}. Make a command, or teach tests/oracles to see it.`,
    );
  });
}

/** `src/aws/database-password.ts` */
export function ownSenders(sources: readonly Source[]): string[] {
  return sources
    .filter(({ text }) => OWN_SENDERS.some((name) => text.includes(`from '${name}'`)))
    .map(({ path }) => path);
}

interface SdkName {
  readonly name: string;
  readonly as: string;
}

/** The names that a file imports from the SDK as values. Imported types send nothing. */
function sdkNames(file: ts.SourceFile): SdkName[] {
  return file.statements.filter(ts.isImportDeclaration).flatMap(({ moduleSpecifier, importClause }) => {
    const isSdk = (moduleSpecifier as ts.StringLiteral).text.startsWith('@aws-sdk/');
    if (!isSdk || importClause === undefined || importClause.isTypeOnly) return [];
    const { namedBindings: named } = importClause;
    if (named === undefined || !ts.isNamedImports(named)) return [{ name: importClause.getText(), as: '' }];
    return named.elements
      .filter(({ isTypeOnly }) => !isTypeOnly)
      .map(({ name, propertyName }) => ({ name: (propertyName ?? name).text, as: name.text }));
  });
}

function callsIn(file: ts.SourceFile): { readonly callee: string; readonly within: ts.Node }[] {
  const calls: { callee: string; within: ts.Node }[] = [];
  const visit = (node: ts.Node, within: ts.Node) => {
    if (ts.isNewExpression(node) || ts.isCallExpression(node))
      calls.push({ callee: node.expression.getText(), within });
    const inner = ts.isFunctionLike(node) ? node : within;
    ts.forEachChild(node, (child) => visit(child, inner));
  };
  visit(file, file);
  return calls;
}
