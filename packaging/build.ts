/**
 * Builds dist/, the programs of the npm package: the command line in parts that are loaded when they are needed, and
 * one program for each kind of worker thread. `npm pack` runs it first.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { build, type Metafile, type Plugin } from 'esbuild';
import { licencesOf, packageFolderOf } from './licences.ts';
import { type Place, places, programOf } from './places.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(ROOT, 'dist');
const PACKAGE = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/**
 * Files of other packages that the programs need while they run. esbuild refuses to be bundled, and npm warns of its
 * install script, so its library is copied. `optionalDependencies` bring its binary.
 */
const COPIED = [
  'swagger-ui-dist/swagger-ui.css',
  'swagger-ui-dist/swagger-ui-bundle.js',
  'esbuild/package.json',
  'esbuild/lib/main.js',
];

const MAIN = 'src/cli/main.ts';

/** The library is beside the programs: see COPIED. */
const copiedEsbuild: Plugin = {
  name: 'copied esbuild',
  setup({ onResolve }) {
    onResolve({ filter: /^esbuild$/ }, () => ({ path: './esbuild/lib/main.js', external: true }));
  },
};

rmSync(DIST, { recursive: true, force: true });
mkdirSync(DIST);
const { metafile, named } = await programs();
refuseMissing(named);
refuseOtherBinaries();
for (const file of COPIED) copy(file);
writeFileSync(join(DIST, 'THIRD-PARTY.txt'), licencesOf(foldersIn(metafile)));

/** The sources name the programs of worker threads. Building them may find further ones. */
async function programs() {
  let entries = [MAIN];
  for (;;) {
    const named: Place[] = [];
    const { metafile, outputFiles } = await bundle(entries, named);
    const found = [MAIN, ...new Set(named.map(({ path }) => path).filter((path) => path.endsWith('.ts')))].sort();
    refuseSameNames(found);
    if (found.length === entries.length) {
      for (const { path, contents } of outputFiles) writeFileSync(path, contents);
      return { metafile, named };
    }
    entries = found;
  }
}

function bundle(entries: readonly string[], named: Place[]) {
  return build({
    absWorkingDir: ROOT,
    entryPoints: Object.fromEntries(entries.map((path) => [programOf(path), path])),
    outdir: DIST,
    bundle: true,
    splitting: true,
    metafile: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: `node${oldestNode()}`,
    mainFields: ['module', 'main'],
    // What npm installs beside the package, and an optional package that Slipway does not use.
    external: [...Object.keys(PACKAGE.dependencies), 'pg-native'],
    inject: ['packaging/older-node.ts'],
    plugins: [places({ root: ROOT, onPlace: (place) => named.push(place) }), copiedEsbuild],
    // Packages in CommonJS call `require`, which a module does not have.
    banner: {
      js: "import { createRequire as slipwayRequire } from 'node:module'; const require = slipwayRequire(import.meta.url);",
    },
    // Lines and names stay: Node prints the line of an error that ends the process.
    minifySyntax: true,
    keepNames: true,
    legalComments: 'none',
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'warning',
  });
}

/** The binary of another version refuses to work with the library. */
function refuseOtherBinaries(): void {
  const { optionalDependencies } = JSON.parse(readFileSync(join(ROOT, 'node_modules/esbuild/package.json'), 'utf8'));
  if (!isDeepStrictEqual(PACKAGE.optionalDependencies, optionalDependencies))
    throw new Error('Copy optionalDependencies from the package.json of esbuild into the package.json of Slipway.');
}

function oldestNode(): string {
  const [, oldest] = /^>=([\d.]+)$/.exec(PACKAGE.engines.node) ?? [];
  if (oldest === undefined) throw new Error(`engines.node is ${PACKAGE.engines.node}. Write it as >=20.12.`);
  return oldest;
}

function refuseSameNames(paths: readonly string[]): void {
  const names = paths.map(programOf);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`Two programs are named ${twice}.ts. Rename one of them.`);
}

/** Every file that a program reads must be in the package: in `files` of package.json, and in the repository. */
function refuseMissing(named: readonly Place[]): void {
  for (const { path, source } of named) {
    if (path.endsWith('.ts')) continue;
    const fixed = path.replace(/\$\{.*/, '');
    const isPacked = path === 'package.json' || PACKAGE.files.some((entry: string) => isBelow(entry, path));
    if (!isPacked || !existsSync(join(ROOT, fixed)))
      throw new Error(`${source} reads ${path}, and the package does not have it. Add it to "files" in package.json.`);
  }
}

function isBelow(entry: string, path: string): boolean {
  const [parts, wanted] = [entry.split('/'), path.replace(/\/$/, '').split('/')];
  return parts.every((part, index) => wanted[index] === part || wanted[index]?.startsWith('${') === true);
}

function copy(file: string): void {
  const to = join(DIST, file);
  mkdirSync(dirname(to), { recursive: true });
  cpSync(join(ROOT, 'node_modules', file), to);
}

function foldersIn({ outputs }: Metafile): ReadonlySet<string> {
  const bundled = Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs));
  const all = [...bundled, ...COPIED.map((file) => `node_modules/${file}`)];
  return new Set(all.map(packageFolderOf).filter((folder) => folder !== undefined));
}
