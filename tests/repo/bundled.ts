/** A module as esbuild bundles the functions of serverless.yml: with its options and its plugins. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { parse } from 'yaml';

export interface Bundling {
  readonly outfile: string;
  /** The module's text; its imports are found from the root of the project. */
  readonly contents: string;
}

export async function bundled({ outfile, contents }: Bundling): Promise<Metafile> {
  const { esbuild } = parse(readFileSync('serverless.yml', 'utf8'), { logLevel: 'error' }).custom;
  const { outputFileExtension: _, exclude: __, plugins: file, ...options } = esbuild;
  const { default: plugins } = (await import(resolve(file))) as { default: Plugin[] };
  const stdin = { contents, resolveDir: process.cwd() };
  const { metafile } = await build({ ...options, plugins, outfile, stdin, metafile: true, logLevel: 'error' });
  return metafile as Metafile;
}
