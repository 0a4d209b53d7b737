/**
 * What makes the Lambda bundles small and quick to load, beyond esbuild's own options. Each plugin says what it costs to
 * leave it out; `npm run bench` measures them all.
 */
import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';

/** An ESM import of node:http loads undici with it (29 ms against 3); process.getBuiltinModule does not. */
const builtins = {
  name: 'builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[a-z_:/0-9]+$/ }, ({ path, kind }) =>
      isBuiltin(path) && kind !== 'require-call' ? { path, namespace: 'builtin', sideEffects: false } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
    }));
  },
};

/** In Lambda the credentials are in the environment; the chain that looks for them elsewhere is 120 KB. */
const credentials = replacement('credentials', {
  filter: /^@aws-sdk\/credential-provider-node$/,
  contents: "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';",
});

/** Parts that no code path of Slipway reaches, 60 KB. Each throws when one does after all. */
const unreached = [
  // Streams of events, as InvokeWithResponseStream answers with.
  replacement('event-streams', { filter: /^@smithy\/core\/event-streams$/, contents: missing('event streams') }),
  // The driver on libpq, and the password file of a home directory.
  replacement('pg-native', { filter: /^\.\/native$/, from: /node_modules\/pg\/lib$/, contents: missing('pg-native') }),
  replacement('pgpass', { filter: /^pgpass$/, contents: missing('pgpass') }),
  // Every type of column, for the form of pgTable that takes a function.
  replacement('drizzle-columns', {
    filter: /^\.\/columns\/all\.js$/,
    from: /drizzle-orm\/pg-core$/,
    contents: `export const getPgColumnBuilders = () => { throw new Error('pgTable with a function is not in the bundle.'); };`,
  }),
];

/**
 * A client of the SDK describes all operations and errors of its service. esbuild keeps every object with a computed
 * key, and so keeps all of Lambda's (95 KB) for one UpdateAlias. The keys are constants of the same file: written out,
 * what is not used goes. An error that is not registered is thrown as the service's exception, under the same name.
 */
const schemas = {
  name: 'schemas',
  setup({ onLoad }) {
    onLoad({ filter: /@aws-sdk\/client-[a-z-]+\/dist-es\/schemas\/schemas_0\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const constants = new Map([...text.matchAll(/^const (\w+) = ("[^"]*");$/gm)].map(([, name, value]) => [name, value]));
      const contents = text
        .replace(/\[(\w+)\]:/g, (key, name) => (constants.has(name) ? `${constants.get(name)}:` : key))
        .replace(/^n0_registry\.registerError\(.*\);$/gm, '');
      return { contents, loader: 'js' };
    });
    // Of its package.json, a client wants the version alone.
    onLoad({ filter: /@aws-sdk\/client-[a-z-]+\/package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, 'utf8'));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

export default [builtins, credentials, ...unreached, schemas];

/** Other contents for an import, of anyone or of the files in one folder. */
function replacement(name, { filter, from = /.*/, contents }) {
  return {
    name,
    setup({ onResolve, onLoad }) {
      onResolve({ filter }, ({ path, resolveDir }) =>
        from.test(resolveDir) ? { path, namespace: name, pluginData: resolveDir } : undefined,
      );
      onLoad({ filter: /.*/, namespace: name }, ({ pluginData: resolveDir }) => ({ contents, resolveDir }));
    },
  };
}

function missing(what) {
  return `throw new Error(${JSON.stringify(`${what} is not in the bundle; see esbuild.plugins.js.`)});`;
}
