/** Lets Drizzle build every statement of the store, and writes down the results: see statements.js. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { callsOf } from './store-source.js';

/** How Drizzle reads a column of each type; null when it keeps the driver's value. */
const READ_AS = {
  PgText: null,
  PgBoolean: null,
  PgInteger: 'Number',
  PgBigInt53: 'Number',
  PgDoublePrecision: 'Number',
};

/**
 * The key is `file#index`, where index is the position of the call in its file. The value is what compiled-statement.ts
 * runs, with its fields as text.
 */
export async function readStatements(esbuild, { folder, files }) {
  const builds = new Map();
  globalThis.slipwayStatement = (id, build) => void builds.set(id, build);
  const { drizzle, documents } = await loadStore(esbuild, { folder, files });
  const orm = drizzle.mock();
  return new Map([...builds].map(([id, build]) => [id, written(id, { query: build(orm), documents })]));
}

/** The store as it is, except `prepared`, which records what it gets. */
async function loadStore(esbuild, { folder, files }) {
  const notes = {
    name: 'notes',
    setup({ onLoad }) {
      onLoad({ filter: /\/src\/store\/[a-z-]+\.ts$/ }, ({ path }) => ({ contents: noting(path), loader: 'ts' }));
    },
  };
  const { outputFiles } = await esbuild.build({
    stdin: {
      contents: [
        ...files.map((file) => `import ${JSON.stringify(`./${file}`)};`),
        "export { drizzle } from 'drizzle-orm/node-postgres';",
        "export * as documents from './documents.ts';",
      ].join('\n'),
      resolveDir: folder,
    },
    ...{ bundle: true, write: false, format: 'esm', platform: 'node', packages: 'external', plugins: [notes] },
  });
  // In the folder of the packages, so that imports of them resolve.
  const cache = join(folder, '../../node_modules/.cache/slipway');
  const file = join(cache, `statements-${process.pid}.mjs`);
  mkdirSync(cache, { recursive: true });
  writeFileSync(file, outputFiles[0].text);
  try {
    return await import(pathToFileURL(file).href);
  } finally {
    rmSync(file);
  }
}

function noting(path) {
  const text = readFileSync(path, 'utf8');
  return [...callsOf('prepared', text).entries()].reduceRight(
    (written, [index, { start, callee }]) =>
      `${written.slice(0, start)}globalThis.slipwayStatement("${basename(path)}#${index}", ${written.slice(callee + 1)}`,
    text,
  );
}

function written(id, { query, documents }) {
  const refuse = (what) =>
    new Error(`${id}: ${what}. Write the statement otherwise, or add it to bundling/read-statements.js.`);
  const known = new Map(Object.entries(documents).map(([name, parse]) => [parse, name]));
  const { name, text } = query.rawQueryConfig;
  if (name === undefined) throw refuse('it has no name');
  refuseOptional(query, refuse);
  const fields = query.fields?.map(({ path, field }) => pair(path.join('.'), readerOf(field, { known, refuse })));
  const used = query.fields?.map(({ field }) => known.get(field.mapFrom)).filter(Boolean) ?? [];
  const params = query.params.map((param) => paramOf(param, refuse));
  return {
    name,
    text: text.replace(/\s*\n\s*/g, ' '),
    params: `[${params}]`,
    fields: fields && listsOf(fields),
    documents: used,
  };
}

/**
 * Several statements begin with the columns of a deployment. They are a list of their own, so that a bundle has it
 * once.
 */
function listsOf(fields) {
  const end = fields.findIndex((field) => !/^\[?"deployment\./.test(field));
  const lists = end === -1 ? [fields] : [fields.slice(0, end), fields.slice(end)];
  return lists.filter((list) => list.length > 0).map((list) => `[${list}]`);
}

/** A name, and the function that converts its value when there is one. */
function pair(name, through) {
  return through === null ? JSON.stringify(name) : `[${JSON.stringify(name)}, ${through}]`;
}

function paramOf(param, refuse) {
  if (param === null || typeof param !== 'object') return `{ value: ${JSON.stringify(param)} }`;
  const placeholder = param.encoder === undefined ? param : param.value;
  if (typeof placeholder?.name !== 'string')
    throw refuse('it has a parameter that is neither a value nor a placeholder');
  return pair(placeholder.name, param.encoder === undefined ? null : writerOf(param.encoder, refuse));
}

/**
 * Finds out what the encoder does: null stays null, a column of JSON makes text, and any other column changes nothing.
 */
function writerOf(encoder, refuse) {
  const sample = { a: 1 };
  if (encoder.mapToDriverValue(null) !== null) throw refuse('it has a parameter that changes null');
  const made = encoder.mapToDriverValue(sample);
  if (made === sample) return null;
  if (made === JSON.stringify(sample)) return 'JSON.stringify';
  throw refuse('it has a parameter of a type that is not known here');
}

function readerOf(field, { known, refuse }) {
  // An expression is read like the column that `mapWith` names.
  const kind = field.columnType ?? field.decoder?.columnType ?? 'none';
  const reader = kind === 'PgCustomColumn' ? known.get(field.mapFrom) : READ_AS[kind];
  if (reader === undefined) throw refuse(`it reads ${field.name ?? 'something'} as ${kind}, which is not known here`);
  return reader;
}

/** A part of a row that is null as a whole when a join found nothing. */
function refuseOptional({ fields, joinsNotNullableMap }, refuse) {
  for (const { path, field } of fields ?? []) {
    const table = field.table?.[Symbol.for('drizzle:Name')];
    if (path.length > 1 && joinsNotNullableMap && !joinsNotNullableMap[table])
      throw refuse(`its ${path[0]} may be missing`);
  }
}
