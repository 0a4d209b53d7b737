/**
 * Drizzle builds the statements of the store when a function is bundled, and not when the function runs: `prepared(...)`
 * becomes the SQL, its parameters and its columns, which src/store/compiled-statement.ts runs. The builders, 70 KB, are then
 * not in the bundle. Only the functions of KEEP_DRIZZLE run statements of another form, and keep Drizzle.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { readStatements } from './read-statements.js';
import { callsOf, withPureConstants } from './store-source.js';

const STORE = /\/src\/store\/[a-z-]+\.ts$/;
/** The migrations are text and not prepared statements. */
const KEEP_DRIZZLE = /\/functions\/events\/migrate-database\.ts$/;
const RAW_DRIVER = 'export const drizzle = ({ client }) => client;';

const NEEDS_DRIZZLE =
  'This bundle runs a statement that is not within prepared(...), so all of Drizzle would be in it. Prepare the statement, or add the function to KEEP_DRIZZLE in bundling/statements.js.';

export const statements = {
  name: 'statements',
  setup(build) {
    let compiled = null;
    build.onStart(async () => {
      const found = await statementsOnce(build.esbuild);
      compiled = keepsDrizzle(build.initialOptions) ? null : found;
      if (compiled !== null && (await needsDrizzle(build, found))) return { errors: [{ text: NEEDS_DRIZZLE }] };
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
    return found === null ? undefined : { contents: compiledOnce(path, found), loader: 'ts' };
  });
  onResolve({ filter: /^slipway:once$/ }, ({ path }) => ({ path, namespace: 'once', sideEffects: false }));
  onLoad({ filter: /.*/, namespace: 'once' }, () => ({
    contents: onceText(statementsOf()),
    loader: 'ts',
    resolveDir: new URL('../src/store/', import.meta.url).pathname,
  }));
}

function keepsDrizzle({ entryPoints = [] }) {
  return entryPoints.some((entryPoint) => KEEP_DRIZZLE.test(entryPoint));
}

/**
 * Returns whether a part of Drizzle is left after all compilable statements are compiled. It reads only Slipway's own
 * files, which is fast.
 */
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

/** Shared by all functions of one packaging. */
let read;
function statementsOnce(esbuild) {
  read ??= readAll(esbuild);
  return read;
}

function readAll(esbuild) {
  const folder = new URL('../src/store/', import.meta.url).pathname;
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts') && hasStatements(`${folder}${file}`));
  if (files.length === 0) throw new Error(`No file in ${folder} calls prepared(...). Correct bundling/statements.js.`);
  return readStatements(esbuild, { folder, files });
}

function hasStatements(path) {
  return callsOf('prepared', readFileSync(path, 'utf8')).length > 0;
}

const compiledTexts = new Map();

function compiledOnce(path, found) {
  if (!compiledTexts.has(path)) compiledTexts.set(path, compiledText(path, found));
  return compiledTexts.get(path);
}

function compiledText(path, found) {
  const text = readFileSync(path, 'utf8');
  const calls = callsOf('prepared', text);
  if (calls.length === 0) return withPureConstants(text);
  const names = namesOf(found);
  const statementOf = (index) => found.get(`${basename(path)}#${index}`);
  const used = calls.flatMap((_, index) => partsOf(statementOf(index)));
  const written = [...calls.entries()].reduceRight(
    (left, [index, { start, end }]) =>
      `${left.slice(0, start)}compiled(${argument(statementOf(index), names)})${left.slice(end)}`,
    text,
  );
  return [
    "import { compiled } from './compiled-statement.ts';",
    `import { ${[...new Set(used.map((part) => names.get(part)))].join(', ')} } from 'slipway:once';`,
    withPureConstants(written),
  ].join('\n');
}

function argument(statement, names) {
  const { name, text, fields, params } = statement;
  const columns = columnsOf(text);
  const sql =
    columns === null
      ? JSON.stringify(text)
      : `"select " + ${names.get(JSON.stringify(columns))} + ${JSON.stringify(text.slice('select '.length + columns.length))}`;
  const parts = [`name: ${JSON.stringify(name)}`, `text: ${sql}`, `params: ${names.get(params)}`];
  if (fields !== undefined) parts.push(`fields: [${fields.map((list) => names.get(list))}]`);
  return `{ ${parts.join(', ')} }`;
}

/** Ten statements in three files contain the columns of a deployment. Each list is written once, under a name. */
function namesOf(found) {
  const parts = new Set([...found.values()].flatMap(partsOf));
  return new Map([...parts].map((part, index) => [part, `once_${index}`]));
}

function partsOf({ text, params, fields }) {
  const columns = columnsOf(text);
  return [params, ...(fields ?? []), ...(columns === null ? [] : [JSON.stringify(columns)])];
}

function columnsOf(text) {
  return /^select (.*?)(?:, "waits"|, \(select | from )/.exec(text)?.[1] ?? null;
}

function onceText(found) {
  const documents = new Set([...found.values()].flatMap((statement) => [...statement.documents]));
  return [
    `import { ${[...documents].join(', ')} } from './documents.ts';`,
    ...[...namesOf(found)].map(([text, name]) => `export const ${name} = ${text};`),
  ].join('\n');
}
