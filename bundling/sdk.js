/**
 * Of the SDK: what a function in Lambda does not reach. Settings come from the environment and from src/aws/clients.ts;
 * there are no files in ~/.aws, no browser, no streams.
 */
import { readFile } from 'node:fs/promises';
import { missing, replacing } from './missing.js';

const SMITHY = '@smithy\\/core\\/dist-es\\/submodules';
const CORE = '@aws-sdk\\/core\\/dist-es\\/submodules';
const smithy = (path) => new RegExp(`${SMITHY}\\/${path}\\.js$`);
const core = (path) => new RegExp(`${CORE}\\/${path}\\.js$`);

export const sdkFiles = replacing('sdk files', [
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
  // Another endpoint for all services, or for one: an emulator's. From the environment, and not from those files.
  {
    file: smithy('endpoints\\/middleware-endpoint\\/adaptors\\/getEndpointFromConfig'),
    contents: `
      export const getEndpointFromConfig = async (serviceId = '') => {
        const { env } = process;
        if (env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS === 'true') return undefined;
        return env['AWS_ENDPOINT_URL_' + serviceId.toUpperCase().replaceAll(' ', '_')] || env.AWS_ENDPOINT_URL || undefined;
      };`,
  },
  // Only the rules for addresses ask for partitions, and bundling/endpoints.js has their answers.
  {
    file: core('client\\/util-endpoints\\/lib\\/aws\\/partition'),
    contents: `
      export const partition = () => { ${missing('the list of partitions')} };
      export const setPartitionInfo = partition, useDefaultPartitionInfo = partition;
      export const getUserAgentPrefix = () => '';`,
  },
  // What is peculiar to S3, which no function calls.
  {
    file: smithy('endpoints\\/middleware-endpoint\\/service-customizations\\/s3'),
    contents: `
      export const resolveParamsForS3 = async () => { ${missing('S3')} };
      export const DOMAIN_PATTERN = /^$/, IP_ADDRESS_PATTERN = /^$/, DOTS_PATTERN = /^$/, DOT_PATTERN = /^$/, S3_HOSTNAME_PATTERN = /^$/;
      export const isDnsCompatibleBucketName = () => false, isArnBucketName = () => false;`,
  },
  // Streams of events, as InvokeWithResponseStream answers with, and their signatures.
  {
    file: smithy('event-streams\\/index'),
    contents: `
      export const resolveEventStreamSerdeConfig = (config) => config;
      export const eventStreamSerdeProvider = () => { ${missing('eventStreamSerdeProvider')} };
      export class EventStreamSerde { constructor() { ${missing('EventStreamSerde')} } }`,
  },
  {
    file: /@smithy\/signature-v4\/dist-es\/HeaderFormatter\.js$/,
    contents: `export class HeaderFormatter { format() { ${missing('the signature of a stream')} } }`,
  },
  // Bodies that are read as streams.
  {
    file: smithy('serde\\/util-stream\\/sdk-stream-mixin(\\.browser)?'),
    contents: `export const sdkStreamMixin = () => { ${missing('an answer that is a stream')} };`,
  },
  // SHA-256 in JavaScript, for where there is no node:crypto.
  {
    file: smithy('checksum\\/sha256\\/Sha256Js'),
    contents: `export class Sha256Js { constructor() { ${missing('SHA-256 without node:crypto')} } }`,
  },
  // Clients retry in the mode that src/aws/clients.ts says, which is not this one.
  {
    file: smithy('retry\\/util-retry\\/AdaptiveRetryStrategy'),
    contents: `export class AdaptiveRetryStrategy { constructor() { ${missing('the retry mode adaptive')} } }`,
  },
  // What the SDK logs by itself goes to a logger that no client is given.
  {
    file: core('client\\/middleware-logger\\/loggerMiddleware'),
    contents: `
      export const loggerMiddleware = () => (next) => next;
      export const loggerMiddlewareOptions = {};
      export const getLoggerPlugin = () => ({ applyToStack() {} });`,
  },
  // JSON is written and dates are read by two parts each, of which one of each pair is enough: the smaller.
  {
    file: smithy('protocols\\/json\\/codec-v2\\/JsonShapeSerializer2'),
    contents: "export { JsonShapeSerializer as JsonShapeSerializer2 } from '../codec-v1/JsonShapeSerializer';",
  },
  {
    file: smithy('serde\\/date-utils'),
    contents: `
      export {
        _parseEpochTimestamp as parseEpochTimestamp,
        _parseRfc3339DateTimeWithOffset as parseRfc3339DateTime,
        _parseRfc3339DateTimeWithOffset as parseRfc3339DateTimeWithOffset,
        _parseRfc7231DateTime as parseRfc7231DateTime,
      } from './schema-serde-lib/schema-date-utils';
      export const dateToUtcString = (date) => date.toUTCString();`,
  },
  // Numbers above 2^53, which none of the answers has.
  { file: smithy('protocols\\/json\\/needsReviver'), contents: 'export const needsReviver = () => false;' },
  { file: smithy('protocols\\/json\\/jsonReviver'), contents: 'export const jsonReviver = undefined;' },
  // Who calls is said in one header, without statistics on which parts of the SDK are used.
  {
    file: core('client\\/middleware-user-agent\\/user-agent-middleware'),
    contents: `
      export const userAgentMiddleware = (options) => (next) => async (args) => {
        const parts = await options.defaultUserAgentProvider();
        args.request.headers['user-agent'] = parts.map((part) => part.filter(Boolean).join('/').replace(/[^ -~]/g, '-')).join(' ');
        return next(args);
      };
      export const getUserAgentMiddlewareOptions = { name: 'getUserAgentMiddleware', step: 'build', priority: 'low', override: true };
      export const getUserAgentPlugin = (config) => ({
        applyToStack: (stack) => void stack.add(userAgentMiddleware(config), getUserAgentMiddlewareOptions),
      });`,
  },
  {
    file: core('client\\/middleware-user-agent\\/configurations'),
    contents: 'export const DEFAULT_UA_APP_ID = undefined, resolveUserAgentConfig = (config) => config;',
  },
  // The runtime's own store of what belongs to an invocation, as far as it has one; Lambda gives ours one event at a time.
  {
    file: /@aws\/lambda-invoke-store\/dist-es\/invoke-store\.js$/,
    contents: `
      export const InvokeStore = { getInstanceAsync: async () => globalThis.awslambda?.InvokeStore };
      export class InvokeStoreBase {}`,
  },
]);

/** What every client asks the environment and the files in ~/.aws for, with one answer instead: see sdkFiles. */
const RUNTIME_CONFIG = `
import packageInfo from '../package.json';
import { createDefaultUserAgentProvider } from '@aws-sdk/core/client';
import { fromEnv } from '@aws-sdk/credential-provider-env';
import { calculateBodyLength } from '@smithy/core/serde';
import { NodeHttpHandler, streamCollector } from '@smithy/node-http-handler';
import { getRuntimeConfig as getSharedRuntimeConfig } from './runtimeConfig.shared';
const regionOfFunction = async () => {
  const region = process.env.AWS_REGION;
  if (!region) throw new Error('Region is missing');
  return region;
};
const isSet = (name) => async () => process.env[name] === 'true';
export const getRuntimeConfig = (config) => {
  const shared = getSharedRuntimeConfig(config);
  return {
    ...shared,
    bodyLengthChecker: calculateBodyLength,
    credentialDefaultProvider: fromEnv,
    defaultUserAgentProvider: createDefaultUserAgentProvider({ serviceId: shared.serviceId, clientVersion: packageInfo.version }),
    disableRequestCompression: true,
    maxAttempts: 3,
    region: regionOfFunction,
    requestMinCompressionSizeBytes: 10240,
    retryMode: 'standard',
    streamCollector,
    useDualstackEndpoint: isSet('AWS_USE_DUALSTACK_ENDPOINT'),
    useFipsEndpoint: isSet('AWS_USE_FIPS_ENDPOINT'),
    ...config,
    runtime: 'node',
    requestHandler: NodeHttpHandler.create(config?.requestHandler ?? {}),
  };
};
`;

/** Those that the text above answers, or that only matter where something was left out. */
const KNOWN_SETTINGS = new Set([
  ...[
    'profile',
    'logger',
    'runtime',
    'defaultsMode',
    'authSchemePreference',
    'bodyLengthChecker',
    'credentialDefaultProvider',
  ],
  ...['defaultSocketTimeout', 'defaultUserAgentProvider', 'eventStreamSerdeProvider', 'maxAttempts', 'region'],
  ...['requestHandler', 'retryMode', 'sigv4aSigningRegionSet', 'streamCollector', 'useDualstackEndpoint'],
  ...['useFipsEndpoint', 'userAgentAppId', 'disableRequestCompression', 'requestMinCompressionSizeBytes'],
]);

export const sdkClients = {
  name: 'sdk clients',
  setup({ onLoad }) {
    onLoad({ filter: /@aws-sdk\/client-[a-z-]+\/dist-es\/runtimeConfig\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const asked = [...text.matchAll(/^ {8}(\w+):/gm)].map(([, setting]) => setting);
      const unknown = asked.filter((setting) => !KNOWN_SETTINGS.has(setting));
      if (unknown.length > 0) return { errors: [{ text: `${path} asks for ${unknown}; add it to bundling/sdk.js.` }] };
      return { contents: RUNTIME_CONFIG, loader: 'js' };
    });
    // Extensions, of which no client is given any.
    onLoad({ filter: /@aws-sdk\/client-[a-z-]+\/dist-es\/runtimeExtensions\.js$/ }, () => ({
      contents: 'export const resolveRuntimeExtensions = (config) => config;',
      loader: 'js',
    }));
    onLoad({ filter: /@aws-sdk\/client-[a-z-]+\/dist-es\/schemas\/schemas_0\.js$/ }, async ({ path }) => ({
      contents: writtenOut(await readFile(path, 'utf8')),
      loader: 'js',
    }));
    // Of its package.json, a client wants the version alone.
    onLoad({ filter: /@aws-sdk\/client-[a-z-]+\/package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, 'utf8'));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

/**
 * A client of the SDK describes all operations and errors of its service. esbuild keeps every object with a computed
 * key, and so keeps all of Lambda's (95 KB) for one UpdateAlias. The keys are constants of the same file: written out,
 * what is not used goes. An error that is not registered is thrown as the service's exception under the name that the
 * service gives it, which is its own; the services that speak of their errors by other codes (awsQueryError) keep theirs.
 */
function writtenOut(text) {
  const constants = new Map([...text.matchAll(/^const (\w+) = ("[^"]*");$/gm)].map(([, name, value]) => [name, value]));
  const written = text.replace(/\[(\w+)\]:/g, (key, name) => (constants.has(name) ? `${constants.get(name)}:` : key));
  return text.includes('"awsQueryError"') ? written : written.replace(/^n0_registry\.registerError\(.*\);$/gm, '');
}
