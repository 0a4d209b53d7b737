/**
 * The parts of the AWS SDK that a function in Lambda never reaches. Settings come from the environment and from
 * src/aws/clients.ts; there are no files in ~/.aws, no browser, no streams.
 */
import { missing, replacing } from './replacing.js';
import { shakable } from './schemas.js';

/**
 * The settings of every client. The SDK's own version searches the environment, the files in ~/.aws and a chain of
 * credential providers (120 KB); in Lambda the environment has everything.
 */
const RUNTIME_CONFIG = `
import { version } from '../package.json';
import { createDefaultUserAgentProvider } from '@aws-sdk/core/client';
import { fromEnv } from '@aws-sdk/credential-provider-env';
import { eventStreamSerdeProvider } from '@smithy/core/event-streams';
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
    defaultUserAgentProvider: createDefaultUserAgentProvider({ serviceId: shared.serviceId, clientVersion: version }),
    disableRequestCompression: true,
    eventStreamSerdeProvider,
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

/** Settings that the text above answers, or that only matter to a part that is left out. */
const KNOWN_SETTINGS = new Set([
  ...['profile', 'logger', 'runtime', 'defaultsMode', 'authSchemePreference', 'bodyLengthChecker'],
  ...['credentialDefaultProvider', 'defaultSocketTimeout', 'defaultUserAgentProvider', 'eventStreamSerdeProvider'],
  ...['maxAttempts', 'region', 'requestHandler', 'retryMode', 'sigv4aSigningRegionSet', 'streamCollector'],
  ...['useDualstackEndpoint', 'useFipsEndpoint', 'userAgentAppId', 'disableRequestCompression'],
  ...['requestMinCompressionSizeBytes'],
]);

/** A new release of a client may read a setting that RUNTIME_CONFIG does not answer. */
function runtimeConfig(text) {
  const settings = [...text.matchAll(/^ {8}(\w+):/gm)].map(([, setting]) => setting);
  if (settings.length === 0) throw new Error('The settings of a client are not where bundling/sdk.js looks for them.');
  const unknown = settings.filter((setting) => !KNOWN_SETTINGS.has(setting));
  if (unknown.length > 0) throw new Error(`A client reads the settings ${unknown}. Answer them in bundling/sdk.js.`);
  return RUNTIME_CONFIG;
}

const SMITHY = 'dist-es/submodules';

export const sdk = replacing('sdk', {
  '@aws-sdk/client-[a-z-]+': {
    'dist-es/runtimeConfig.js': runtimeConfig,
    'dist-es/schemas/schemas_0.js': shakable,
    // No client is given extensions.
    'dist-es/runtimeExtensions.js': 'export const resolveRuntimeExtensions = (config) => config;',
  },
  '@smithy/core': {
    // The files in ~/.aws: the SDK would look for them before its first call.
    [`${SMITHY}/config/shared-ini-file-loader/loadSharedConfigFiles.js`]: `
      export { CONFIG_PREFIX_SEPARATOR } from './constants';
      export const loadSharedConfigFiles = async () => ({ configFile: {}, credentialsFile: {} });`,
    // Streams of events. Only InvokeWithResponseStream answers with one.
    [`${SMITHY}/event-streams/index.js`]: `
      export const resolveEventStreamSerdeConfig = (config) => config;
      export const eventStreamSerdeProvider = () => { ${missing('eventStreamSerdeProvider')} };
      export class EventStreamSerde { constructor() { ${missing('EventStreamSerde')} } }`,
    // Answers that are read as streams.
    [`${SMITHY}/serde/util-stream/sdk-stream-mixin.js`]: `
      export const sdkStreamMixin = () => { ${missing('an answer that is a stream')} };`,
    // SHA-256 in JavaScript. Lambda has node:crypto.
    [`${SMITHY}/checksum/sha256/Sha256Js.js`]: `
      export class Sha256Js { constructor() { ${missing('SHA-256 without node:crypto')} } }`,
    // src/aws/clients.ts chooses another retry mode.
    [`${SMITHY}/retry/util-retry/AdaptiveRetryStrategy.js`]: `
      export class AdaptiveRetryStrategy { constructor() { ${missing('the retry mode adaptive')} } }`,
  },
  '@smithy/signature-v4': {
    // The signature of a stream.
    'dist-es/HeaderFormatter.js': `
      export class HeaderFormatter { format() { ${missing('the signature of a stream')} } }`,
  },
});
