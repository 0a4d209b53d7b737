/**
 * Drizzle builds the statements of the store when a function is bundled, and not when it runs: `prepared(...)` becomes the
 * SQL, its parameters and its columns, which src/store/compiled-statement.ts runs. 70 KB of builders stay behind. A function
 * that reaches a statement of another form keeps Drizzle as it is.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { readStatements } from './read-statements.js';
import { callsOf, withPureConstants } from './store-source.js';

const STORE = /\/src\/store\/[a-z-]+\.ts$/;
const RAW_DRIVER = 'export const drizzle = ({ client }) => client;';

export const statements = {
  name: 'statements',
  setup(build) {
    let compiled = null;
    build.onStart(async () => {
      const found = await statementsOnce(build.esbuild);
      compiled = (await needsDrizzle(build, found)) ? null : found;
    });
    compile(build, () => compiled);
  },
};

function compile({ onResolve, onLoad }, statementsOf) {
  onResolve({ filter: /^drizzle-orm\/node-postgres$/ }, () =>
    statementsOf() === null ? undefined : { path: 'drizzle', namespace: 'raw-driver' },
  );
  onLoad({ filter: /.*/, namespace: 'raw-driver' }, () => ({ contents: RAW_DRIVER, loader: 'js' }));
  onLoad({ filter: STORE }, ({ path }) => {
    const found = statementsOf();
    return found === null ? undefined : { contents: compiledText(path, found), loader: 'ts' };
  });
}

/** Whether anything of Drizzle is left when all that can be compiled is. Looks at our own files only, which takes a moment. */
async function needsDrizzle({ esbuild, initialOptions }, found) {
  const { entryPoints, stdin, format, platform, target } = initialOptions;
  const packagesStay = {
    name: 'packages stay outside',
    setup({ onResolve }) {
      onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
        kind === 'entry-point' ? undefined : { path, external: true, sideEffects: false },
      );
    },
  };
  const compiling = { name: 'compiling', setup: (build) => compile(build, () => found) };
  const { metafile } = await esbuild.build({
    ...{ entryPoints, stdin, format, platform, target, plugins: [compiling, packagesStay] },
    ...{ bundle: true, write: false, metafile: true, treeShaking: true, outdir: 'out', logLevel: 'silent' },
  });
  return Object.values(metafile.outputs).some(({ imports }) =>
    imports.some(({ path }) => path.startsWith('drizzle-orm')),
  );
}

/** The same for all functions of one packaging. */
let read;
function statementsOnce(esbuild) {
  const folder = new URL('../src/store/', import.meta.url).pathname;
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts') && hasStatements(`${folder}${file}`));
  read ??= readStatements(esbuild, { folder, files });
  return read;
}

function hasStatements(path) {
  return callsOf('prepared', readFileSync(path, 'utf8')).length > 0;
}

function compiledText(path, found) {
  const text = readFileSync(path, 'utf8');
  const calls = callsOf('prepared', text);
  if (calls.length === 0) return withPureConstants(text);
  const ofCall = (index) => found.get(`${basename(path)}#${index}`);
  const named = onceEach();
  const documents = new Set(calls.flatMap((_, index) => [...ofCall(index).documents]));
  const written = [...calls.entries()].reduceRight(
    (left, [index, { start, end }]) =>
      `${left.slice(0, start)}compiled(${argument(ofCall(index), named)})${left.slice(end)}`,
    text,
  );
  return [
    "import { compiled } from './compiled-statement.ts';",
    `import { ${[...documents].join(', ')} } from './documents.ts';`,
    ...named.declarations(),
    withPureConstants(written),
  ].join('\n');
}

/** The columns of a deployment stand in ten statements: written once, under a name. */
function argument({ name, text, params, fields }, named) {
  const [, list] = /^select (.*?) from /.exec(text) ?? [];
  const sql =
    list === undefined
      ? JSON.stringify(text)
      : `"select " + ${named.of(JSON.stringify(list))} + ${JSON.stringify(text.slice(7 + list.length))}`;
  const parts = [`name: ${JSON.stringify(name)}`, `text: ${sql}`, `params: ${named.of(JSON.stringify(params))}`];
  if (fields !== undefined) parts.push(`fields: ${named.of(fields)}`);
  return `{ ${parts.join(', ')} }`;
}

function onceEach() {
  const names = new Map();
  return {
    of(text) {
      if (!names.has(text)) names.set(text, `once_${names.size}`);
      return names.get(text);
    },
    declarations: () => [...names].map(([text, name]) => `const ${name} = ${text};`),
  };
}
