/** Bundles modules as esbuild bundles the functions of serverless.yml: with its options and its plugins. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { parse } from 'yaml';

export interface Bundling {
  readonly outfile: string;
  /** The text of the module. Its imports are resolved from the root of the project. */
  readonly contents: string;
}

export async function bundled({ outfile, contents }: Bundling): Promise<Metafile> {
  const { metafile } = await build({
    ...(await bundleOptions()),
    ...{ outfile, stdin: { contents, resolveDir: process.cwd() } },
  });
  return metafile;
}

/** Returns the bytes of the code of each module, in the order of the modules. Writes nothing. */
export async function bundledBytes(modules: readonly string[], plugins?: readonly Plugin[]): Promise<number[]> {
  const { metafile } = await build({
    ...(await bundleOptions()),
    ...(plugins && { plugins: [...plugins] }),
    ...{ entryPoints: [...modules], outdir: 'out', write: false },
  });
  const outputs = Object.values(metafile.outputs);
  return modules.map((module) => outputs.find(({ entryPoint }) => entryPoint === module)?.bytes ?? Number.NaN);
}

async function bundleOptions() {
  const { esbuild } = parse(readFileSync('serverless.yml', 'utf8'), { logLevel: 'error' }).custom;
  const { outputFileExtension: _, exclude: __, plugins: file, ...options } = esbuild;
  const { default: plugins } = (await import(resolve(file))) as { default: Plugin[] };
  return { ...(options as BuildOptions), plugins, metafile: true, logLevel: 'error' } as const;
}
