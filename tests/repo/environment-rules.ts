/**
 * Checks the environment from both sides: something sets each variable that config.ts reads, and something reads each
 * variable that is set.
 */
import ts from 'typescript';
import type { FunctionCode } from './grant-rules.ts';
import type { Source } from './sources.ts';
import { isObject, valuesAt } from './template-values.ts';

/** Variables that no function of the stack gets. For each: the file that sets it, and the text there. */
export type SetElsewhere = Readonly<Record<string, { readonly in: string; readonly as: RegExp }>>;

/** Variables that no code of Slipway reads, with their readers. */
export type ReadByOthers = Readonly<Record<string, string>>;

export function variablesAreGiven(functions: readonly FunctionCode[]): string[] {
  return functions.flatMap((one) => {
    const given = new Set(namesGiven(one));
    return one.reached.variables
      .filter((name) => !given.has(name) && !OF_THE_RUNTIME.test(name))
      .map((name) => `${one.id} reads ${name}, which serverless.yml does not give it. Add it to its environment.`);
  });
}

export function variablesAreRead(functions: readonly FunctionCode[], others: ReadByOthers): string[] {
  const read = new Set(functions.flatMap(({ reached }) => reached.variables));
  const given = [...new Set(functions.flatMap(namesGiven))];
  return [
    ...given
      .filter((name) => !read.has(name) && !(name in others))
      .map(
        (name) =>
          `serverless.yml gives ${name}, and no function reads it. Delete it there, or read it in src/config.ts.`,
      ),
    ...Object.keys(others)
      .filter((name) => !given.includes(name) || read.has(name))
      .map((name) => `${name} is said to be read by others, and is not given, or read here. Delete it from that list.`),
  ];
}

/** Each variable of config.ts is read by code that some program runs. */
export function configIsReached(config: Source, reached: readonly string[]): string[] {
  const names = new Set(reached);
  return [...new Set(literalsIn(config))]
    .filter((name) => !names.has(name))
    .map((name) => `${config.path}: nothing that runs reads ${name}. Delete it, or use it.`);
}

/** A variable of a container or of the command line is set where the list says, and no function gets it too. */
export function setElsewhereIsSet(
  { reached, elsewhere }: { reached: readonly string[]; elsewhere: SetElsewhere },
  textOf: (path: string) => string,
): string[] {
  const listed = Object.entries(elsewhere);
  return [
    ...reached
      .filter((name) => !(name in elsewhere) && !OF_THE_RUNTIME.test(name))
      .map((name) => `A container or the command line reads ${name}, and nobody says who sets it. Say it in the list.`),
    ...listed
      .filter(([name]) => !reached.includes(name))
      .map(([name]) => `${name} is said to be set for a container, and none reads it. Delete it from the list.`),
    ...listed
      .filter(([, { in: path, as }]) => !as.test(textOf(path)))
      .map(
        ([name, { in: path, as }]) => `${path} does not set ${name}: ${as} is not there. Correct the list, or set it.`,
      ),
  ];
}

/** Lambda or the user of an emulator sets these variables, not the stack. */
const OF_THE_RUNTIME = /^AWS_/;

function namesGiven({ resource }: FunctionCode): string[] {
  return valuesAt(resource, 'Properties', 'Environment', 'Variables').flatMap((one) =>
    isObject(one) ? Object.keys(one) : [],
  );
}

function literalsIn({ path, text }: Source): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) && /^[A-Z][A-Z0-9_]*$/.test(node.text)) found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
  return found;
}
