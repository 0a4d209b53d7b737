import { posix } from 'node:path';
import ts from 'typescript';
import type { Source } from './sources.ts';

/** The layers that a production entry point composes. */
const COMPOSED = ['domain', 'ports', 'operations', 'api', 'store', 'aws', 'kubernetes', 'tokens', 'config', 'system'];

/** Which layers, and which packages by name, each layer may import. It is the table of docs/architecture.md. */
const LAYERS: Readonly<Record<string, { readonly layers: readonly string[]; readonly packages: RegExp }>> = {
  domain: { layers: [], packages: /^$/ },
  ports: { layers: ['domain'], packages: /^$/ },
  spec: { layers: ['domain'], packages: /^zod\/mini$/ },
  system: { layers: ['domain', 'ports'], packages: /^node:crypto$/ },
  config: { layers: ['domain'], packages: /^zod\/mini$/ },
  operations: { layers: ['domain', 'ports', 'spec'], packages: /^zod\/mini$/ },
  api: { layers: ['domain', 'spec'], packages: /^(zod\/mini|zod-openapi|node:.+)$/ },
  store: {
    layers: ['domain', 'ports', 'spec', 'system'],
    packages: /^(zod\/mini|drizzle-orm.*|pg|@electric-sql\/pglite|node:.+)$/,
  },
  aws: {
    layers: ['domain', 'ports', 'system'],
    packages: /^(zod\/mini|@aws-sdk\/.+|aws4|node:.+)$/,
  },
  kubernetes: { layers: ['domain', 'ports'], packages: /^(zod\/mini|yaml|node:.+)$/ },
  tokens: { layers: ['domain', 'ports'], packages: /^(zod\/mini|jose(\/.+)?|node:.+)$/ },
  functions: {
    layers: COMPOSED,
    packages: /^(zod\/mini|@middy\/.+|@aws-sdk\/.+|aws-lambda|node:.+)$/,
  },
  containers: {
    layers: [...COMPOSED, 'functions'],
    packages: /^node:.+$/,
  },
  twin: {
    layers: ['domain', 'ports', 'operations', 'functions', 'system'],
    packages: /^(zod\/mini|yaml|aws-local-stepfunctions|esbuild|picomatch|node:.+)$/,
  },
  simulation: {
    // Its callers use the keys and answers of the API. Only the API and the operations together make a repeated request
    // take effect once.
    layers: ['domain', 'ports', 'operations', 'api', 'functions', 'twin', 'system'],
    packages: /^node:.+$/,
  },
  rehearse: {
    // A rehearsed rollout runs in the installation of the simulation, without its faults.
    layers: ['domain', 'ports', 'operations', 'api', 'functions', 'twin', 'simulation', 'system'],
    packages: /^(zod\/mini|yaml|node:.+)$/,
  },
  embedded: {
    layers: [...COMPOSED, 'functions', 'twin'],
    packages: /^(zod\/mini|aws-lambda|yaml|node:.+)$/,
  },
  cli: {
    layers: [
      'domain',
      'ports',
      'api',
      'aws',
      'tokens',
      'twin',
      'simulation',
      'rehearse',
      'embedded',
      'config',
      'system',
    ],
    packages: /^(commander|yaml|node:.+)$/,
  },
};

/**
 * Entry points, which are started and never imported: the deployables, the container task, the CLI, and a tool that a
 * person runs.
 */
const ENTRY =
  /^src\/(functions\/(http|workflow|events)\/[^/]+|cli\/main|containers\/kubectl-task|api\/write-json-schema)\.ts$/;

export function isEntry(path: string): boolean {
  return ENTRY.test(path);
}

/** Returns every module that a source names, also modules from which it takes only types. */
export function importsOf({ path, text }: Source): string[] {
  const names = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  return names.map((name) => (name.startsWith('.') ? posix.join(posix.dirname(path), name) : name));
}

export function layerOf(path: string): string {
  return path.split('/')[1]?.replace(/\.ts$/, '') ?? '';
}

export function layersOf(sources: readonly Source[]): string[] {
  return [...new Set(sources.map(({ path }) => layerOf(path)))];
}

/** The table has exactly the layers that exist. A layer that a rule allows is in the table, so it exists too. */
export function layerProblems(there: readonly string[]): string[] {
  const named = new Set([...Object.keys(LAYERS), ...Object.values(LAYERS).flatMap(({ layers }) => layers)]);
  return [
    ...[...named]
      .filter((name) => !there.includes(name))
      .map((name) => `The table has the layer ${name}, and src does not.`),
    ...there.filter((name) => !named.has(name)).map((name) => `src has the layer ${name}, and the table does not.`),
  ];
}

export function importsPointInward(source: Source): string[] {
  const from = layerOf(source.path);
  const rule = LAYERS[from];
  if (rule === undefined)
    return [`${source.path}: there is no layer ${from}. Put it into one of ${Object.keys(LAYERS).join(', ')}.`];
  return importsOf(source).flatMap((name) => {
    if (!name.startsWith('src/')) {
      if (name.startsWith('stepfunctions/') || rule.packages.test(name)) return [];
      return [`${source.path}: ${from} imports ${name}. Put what needs it behind a port, in the layer that may.`];
    }
    const to = layerOf(name);
    if (to === from || rule.layers.includes(to)) return [];
    const allowed = rule.layers.length === 0 ? 'nothing outside itself' : rule.layers.join(', ');
    return [`${source.path}: ${from} imports ${name}; it may import ${allowed}. Pass it in through a port.`];
  });
}

export function nobodyImportsAnEntry(source: Source): string[] {
  return importsOf(source)
    .filter(isEntry)
    .map((name) => `${source.path}: imports the entry point ${name}. Import its operation and compose it here.`);
}

/** Returns the files that no code of the product reaches. A file that only a test imports is dead. */
export function deadFiles(sources: readonly Source[], others: readonly Source[]): string[] {
  const reached = new Set(sources.flatMap(importsOf));
  for (const { path, text } of sources) {
    for (const [, name] of text.matchAll(/new URL\('(\.[^']+\.ts)'/g)) {
      reached.add(posix.join(posix.dirname(path), name ?? ''));
    }
  }
  const named = others.map(({ text }) => text).join('\n');
  return sources
    .filter(({ path }) => !isEntry(path) && !reached.has(path) && !named.includes(path.replace(/\.ts$/, '')))
    .map(({ path }) => `${path}: nothing imports it. Use it or delete it.`);
}
