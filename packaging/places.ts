/**
 * A plugin of esbuild. The sources find files by their own place: `new URL('../serverless.yml', import.meta.url)`. In
 * the package every program is in dist/, so the plugin rewrites these paths. It fails the build for a use of
 * `import.meta` that it does not know.
 */
import { readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { PartialMessage, Plugin } from 'esbuild';
import ts from 'typescript';

export interface Place {
  /** The path from the root of the project. It may end with a pattern: `examples/${name}/slipway.yml`. */
  readonly path: string;
  /** The source that names the place. */
  readonly source: string;
}

export interface PlacesOrder {
  readonly root: string;
  /** Is called with each file or folder that a source names, once for each occurrence. */
  readonly onPlace: (place: Place) => void;
}

interface Change {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

export function places({ root, onPlace }: PlacesOrder): Plugin {
  return {
    name: 'places',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
        const text = await readFile(path, 'utf8');
        if (path.includes('node_modules') || !text.includes('import.meta')) return undefined;
        const source = relative(root, path);
        const { changes, errors } = changesIn({ source, text });
        for (const { path } of changes) if (path !== undefined) onPlace({ path, source });
        return { contents: changed(text, changes), loader: 'ts', errors };
      });
    },
  };
}

type PlacedChange = Change & { readonly path?: string };

function changesIn({ source, text }: { readonly source: string; readonly text: string }) {
  const file = ts.createSourceFile(source, text, ts.ScriptTarget.Latest, true);
  const changes: PlacedChange[] = [];
  const errors: PartialMessage[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isMetaProperty(node)) {
      const change = changeFor(node, { source, file });
      if (change === undefined) errors.push({ text: unknownUse(node, file), location: null });
      else changes.push(change);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { changes, errors };
}

function unknownUse(node: ts.Node, file: ts.SourceFile): string {
  const { line } = file.getLineAndCharacterOfPosition(node.getStart());
  return `${file.fileName}:${line + 1} uses import.meta in a way that the package cannot follow. Write new URL('a path', import.meta.url).`;
}

interface Within {
  readonly source: string;
  readonly file: ts.SourceFile;
}

/** Undefined when the package cannot follow this use of `import.meta`. */
function changeFor(meta: ts.MetaProperty, { source, file }: Within): PlacedChange | undefined {
  const { parent: property } = meta;
  if (!ts.isPropertyAccessExpression(property) || property.name.text !== 'url') return undefined;
  const use = property.parent;
  if (ts.isCallExpression(use) && use.expression.getText(file) === 'createRequire') return fileOfPackage(use, file);
  if (!ts.isNewExpression(use) || use.expression.getText(file) !== 'URL') return undefined;
  const [written] = use.arguments ?? [];
  if (written === undefined || !(ts.isStringLiteral(written) || isTemplate(written))) return undefined;
  const path = join(dirname(source), written.getText(file).slice(1, -1));
  const [from, to] = [written.getStart(file) + 1, written.getEnd() - 1];
  if (isWorker(use, file)) return { from, to, text: `./${programOf(path)}.js`, path };
  return { from, to, text: `../${path}`, path };
}

function isTemplate(node: ts.Node): boolean {
  return ts.isNoSubstitutionTemplateLiteral(node) || ts.isTemplateExpression(node);
}

function isWorker({ parent }: ts.NewExpression, file: ts.SourceFile): boolean {
  return ts.isNewExpression(parent) && parent.expression.getText(file) === 'Worker';
}

/** `createRequire(import.meta.url).resolve(file)` finds a file of another package. The build copies it into dist/. */
function fileOfPackage({ parent }: ts.CallExpression, file: ts.SourceFile): Change | undefined {
  const call = parent.parent;
  if (!ts.isPropertyAccessExpression(parent) || parent.name.text !== 'resolve') return undefined;
  if (!ts.isCallExpression(call) || call.arguments.length !== 1) return undefined;
  const argument = call.arguments[0]?.getText(file);
  return { from: call.getStart(file), to: call.getEnd(), text: `new URL('./' + ${argument}, import.meta.url)` };
}

/** The name of a program in dist/, without its ending. */
export function programOf(path: string): string {
  return path.replace(/^.*[\\/]/, '').replace(/\.ts$/, '');
}

function changed(text: string, changes: readonly Change[]): string {
  return changes.toReversed().reduce((done, { from, to, text }) => done.slice(0, from) + text + done.slice(to), text);
}
