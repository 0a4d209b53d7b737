/**
 * Bundles a handler and its imports with esbuild, so that a version keeps the code that it was published with. Files
 * that cannot be bundled stay in their place. Code that cannot be bundled becomes a module that fails like Lambda's
 * runtime.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import type { BuildFailure, BuildOptions } from 'esbuild';
import { bundlePlugins, THIS_NODE } from './bundle-plugins.ts';

export interface Bundle {
  readonly format: 'module' | 'commonjs';
  readonly source: string;
  /** The hash of the code. The place of the file and the comments do not change it. */
  readonly sha256: string;
}

export interface BundleOrder {
  readonly path: string;
  /** Folders of layers, with the structure below /opt. When two layers have the same file, the last layer wins. */
  readonly layers: readonly string[];
}

/** Never rejects because of a mistake in the code. */
export async function bundleHandler(order: BundleOrder): Promise<Bundle> {
  const format = formatOf(order.path);
  const first = await bundled(order, format);
  if ('source' in first) return first;
  // CommonJS has no top-level `await`. TypeScript that uses it must be a module.
  const isAwaiting = format === 'commonjs' && first.failed.includes('Top-level await');
  const second = isAwaiting ? await bundled(order, 'module') : first;
  if ('source' in second) return second;
  const source = `throw Object.assign(new SyntaxError(${JSON.stringify(second.failed)}), { stack: '' });`;
  return { format: 'commonjs', source, sha256: shaOf(source) };
}

/** By the rules of Node. */
function formatOf(path: string): Bundle['format'] {
  const ending = extname(path);
  if (ending.startsWith('.m')) return 'module';
  if (ending.startsWith('.c')) return 'commonjs';
  return isModulePackage(dirname(path)) ? 'module' : 'commonjs';
}

function isModulePackage(folder: string): boolean {
  const file = join(folder, 'package.json');
  if (existsSync(file)) return /"type"\s*:\s*"module"/.test(readFileSync(file, 'utf8'));
  const parent = dirname(folder);
  return parent === folder ? false : isModulePackage(parent);
}

async function bundled(
  { path, layers }: BundleOrder,
  format: Bundle['format'],
): Promise<Bundle | { readonly failed: string }> {
  const esbuild = await import('esbuild');
  try {
    const { outputFiles } = await esbuild.build({
      ...OPTIONS,
      entryPoints: [path],
      absWorkingDir: dirname(path),
      outfile: join(dirname(path), 'slipway-bundle.js'),
      format: format === 'module' ? 'esm' : 'cjs',
      banner: format === 'module' ? { js: REQUIRE } : {},
      nodePaths: [...layers]
        .reverse()
        .flatMap((layer) => [join(layer, 'nodejs', 'node_modules'), join(layer, 'node_modules')]),
      plugins: bundlePlugins({ esbuild, layers }),
    });
    const source = outputFiles[0]?.text ?? '';
    return { format, source, sha256: shaOf(source) };
  } catch (error) {
    return { failed: failureInWords(error) };
  }
}

/** A bundle of modules has no `require`, but CommonJS packages in the bundle call it. */
const REQUIRE =
  "import { createRequire as slipwayRequire } from 'node:module'; globalThis.require ??= slipwayRequire(import.meta.url);";

const TEXT = ['.txt', '.html', '.graphql', '.gql', '.sql', '.md', '.css'] as const;

const OPTIONS = {
  bundle: true,
  write: false,
  platform: 'node',
  target: THIS_NODE,
  // Errors are named after their classes.
  keepNames: true,
  sourcemap: 'inline',
  sourcesContent: false,
  logLevel: 'silent',
  loader: Object.fromEntries(TEXT.map((ending) => [ending, 'text'])),
} as const satisfies BuildOptions;

function shaOf(source: string): string {
  const code = source.replace(/^\/\/# sourceMappingURL=.*$/m, '').replace(/^ *\/\/ .*$/gm, '');
  return createHash('sha256').update(code).digest('hex');
}

const ERRORS_SHOWN = 3;

function failureInWords(error: unknown): string {
  const { errors = [] } = error as Partial<BuildFailure>;
  if (errors.length === 0) return error instanceof Error ? error.message : String(error);
  return errors
    .slice(0, ERRORS_SHOWN)
    .map(({ text, location }) =>
      location === null ? text : `${location.file}:${location.line}:${location.column}: ${text}`,
    )
    .join('\n');
}
