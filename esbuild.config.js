/**
 * What makes the Lambda bundles small and quick to load, beyond esbuild's own options in serverless.yml. `npm run bench`
 * measures what comes of it.
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

/** Files of packages that Slipway does not reach in Lambda, 200 KB, and what stands in their place. */
const replaced = [
  // The credentials are in the environment, and the chain that looks for them elsewhere is 120 KB.
  {
    file: /@aws-sdk\/credential-provider-node\/dist-es\/index\.js$/,
    contents: "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';",
  },
  // The files in ~/.aws, for which the SDK would look before its first call.
  {
    file: /@smithy\/core\/dist-es\/.*\/loadSharedConfigFiles\.js$/,
    contents: `
      export { CONFIG_PREFIX_SEPARATOR } from './constants';
      export const loadSharedConfigFiles = async () => ({ configFile: {}, credentialsFile: {} });`,
  },
  // Streams of events, as InvokeWithResponseStream answers with.
  {
    file: /@smithy\/core\/dist-es\/submodules\/event-streams\/index\.js$/,
    contents: `
      export const resolveEventStreamSerdeConfig = (config) => config;
      export const eventStreamSerdeProvider = () => { ${missing('eventStreamSerdeProvider')} };
      export class EventStreamSerde { constructor() { ${missing('EventStreamSerde')} } }`,
  },
  // The driver on libpq, and the password file of a home directory.
  { file: /\/pg\/lib\/native\/index\.js$/, contents: missing('pg-native') },
  { file: /\/pgpass\/lib\/index\.js$/, contents: missing('pgpass') },
  // All types of columns, for the form of pgTable that takes a function.
  {
    file: /\/drizzle-orm\/pg-core\/columns\/all\.js$/,
    contents: `export const getPgColumnBuilders = () => { ${missing('pgTable with a function')} };`,
  },
];

const replacements = {
  name: 'replacements',
  setup({ onLoad }) {
    for (const { file, contents } of replaced) onLoad({ filter: file }, () => ({ contents, loader: 'js' }));
  },
};

/**
 * A client of the SDK describes all operations and errors of its service. esbuild keeps every object with a computed
 * key, and so keeps all of Lambda's (95 KB) for one UpdateAlias. The keys are constants of the same file: written out,
 * what is not used goes. An error that is not registered is thrown as the service's exception under the name that the
 * service gives it, which is its own; the services that speak of their errors by other codes (awsQueryError) keep theirs.
 */
const schemas = {
  name: 'schemas',
  setup({ onLoad }) {
    onLoad({ filter: /@aws-sdk\/client-[a-z-]+\/dist-es\/schemas\/schemas_0\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const constants = new Map(
        [...text.matchAll(/^const (\w+) = ("[^"]*");$/gm)].map(([, name, value]) => [name, value]),
      );
      const written = text.replace(/\[(\w+)\]:/g, (key, name) =>
        constants.has(name) ? `${constants.get(name)}:` : key,
      );
      const contents = text.includes('"awsQueryError"')
        ? written
        : written.replace(/^n0_registry\.registerError\(.*\);$/gm, '');
      return { contents, loader: 'js' };
    });
    // Of its package.json, a client wants the version alone.
    onLoad({ filter: /@aws-sdk\/client-[a-z-]+\/package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, 'utf8'));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

export default [builtins, replacements, schemas];

function missing(what) {
  return `throw new Error(${JSON.stringify(`${what} is not in the bundle; see esbuild.config.js.`)});`;
}
