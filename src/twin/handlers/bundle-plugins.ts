/**
 * What a bundle of a handler needs in addition to esbuild's own rules. Files know their place, and /opt is the folders
 * of the layers. Native and missing modules stay outside the bundle, so that Node loads them or reports what is
 * missing.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Esbuild from 'esbuild';

export interface BundlePluginsOrder {
  readonly esbuild: typeof Esbuild;
  readonly layers: readonly string[];
}

/** A handler runs under the Node of this process. */
export const THIS_NODE = `node${process.versions.node}`;

export function bundlePlugins({ esbuild, layers }: BundlePluginsOrder): Esbuild.Plugin[] {
  return [layersBelowOpt(layers), externals(), filesKnowTheirPlace(esbuild)];
}

/** Set while a plugin asks esbuild to resolve a path, because esbuild then asks all plugins again. */
const ASKED = { asked: true };

function layersBelowOpt(layers: readonly string[]): Esbuild.Plugin {
  return {
    name: 'layers',
    setup(build) {
      build.onResolve({ filter: /^\/opt\// }, async ({ path, kind }) => {
        for (const layer of [...layers].reverse()) {
          const options = { kind, resolveDir: layer, pluginData: ASKED };
          const found = await build.resolve(`./${path.slice('/opt/'.length)}`, options);
          if (found.errors.length === 0) return found;
        }
        return { path, external: true };
      });
    },
  };
}

function externals(): Esbuild.Plugin {
  return {
    name: 'externals',
    setup(build) {
      const isNative = nativePackages();
      build.onResolve({ filter: /.*/ }, async ({ path, kind, resolveDir, importer, pluginData }) => {
        if (pluginData === ASKED || kind === 'entry-point' || /^(node:|data:)/.test(path)) return undefined;
        const found = await build.resolve(path, { kind, importer, resolveDir, pluginData: ASKED });
        if (found.errors.length > 0)
          return { path: path.startsWith('.') ? resolve(resolveDir, path) : path, external: true };
        if (found.external) return found;
        if (found.path.endsWith('.node') || isNative(found.path)) return { path: found.path, external: true };
        return found;
      });
    },
  };
}

/** True when a file belongs to a package with compiled parts. Such parts look for each other on the disk. */
function nativePackages(): (path: string) => boolean {
  const known = new Map<string, boolean>();
  return (path) => {
    const folder = packageFolder(path);
    if (folder === null) return false;
    const before = known.get(folder);
    if (before !== undefined) return before;
    const native = isNativePackage(folder);
    known.set(folder, native);
    return native;
  };
}

/** The folder of an installed package; null for a file of the project itself. */
function packageFolder(path: string): string | null {
  if (!isAbsolute(path)) return null;
  const match = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(path);
  return match?.[1] ?? null;
}

function isNativePackage(folder: string): boolean {
  if (existsSync(join(folder, 'binding.gyp')) || existsSync(join(folder, 'prebuilds'))) return true;
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return false;
  const { gypfile, binary, napi, optionalDependencies = {} } = JSON.parse(readFileSync(file, 'utf8'));
  if (gypfile === true || binary !== undefined || napi !== undefined) return true;
  if (Object.keys(optionalDependencies).some((name) => /(linux|darwin|win32)-(x64|arm64)/.test(name))) return true;
  return readdirSync(folder).some((name) => name.endsWith('.node'));
}

const PLACE = /\b__dirname\b|\b__filename\b|\bimport\.meta\b/;
const LOADERS: Readonly<Record<string, Esbuild.Loader>> = { ts: 'ts', tsx: 'tsx', js: 'js', jsx: 'jsx' };

/** In a bundle, every file would have the path of the first file, and would not find the files beside it. */
function filesKnowTheirPlace(esbuild: typeof Esbuild): Esbuild.Plugin {
  return {
    name: 'places',
    setup(build) {
      build.onLoad({ filter: /\.[cm]?[jt]sx?$/, namespace: 'file' }, async ({ path }) => {
        const text = readFileSync(path, 'utf8');
        if (!PLACE.test(text)) return undefined;
        const url = JSON.stringify(pathToFileURL(path).href);
        const [folder, file] = [JSON.stringify(dirname(path)), JSON.stringify(path)];
        const loader = LOADERS[path.replace(/.*\.[cm]?/, '')] ?? 'js';
        const { code } = await esbuild.transform(text, {
          loader,
          sourcefile: path,
          sourcemap: 'inline',
          target: THIS_NODE,
          define: {
            __dirname: folder,
            __filename: file,
            'import.meta.url': url,
            'import.meta.dirname': folder,
            'import.meta.filename': file,
          },
        });
        return { contents: code, loader: 'js', resolveDir: dirname(path) };
      });
    },
  };
}
