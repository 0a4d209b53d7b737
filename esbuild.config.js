/**
 * What makes the Lambda bundles small and quick to load, beyond esbuild's own options in serverless.yml. `npm run bench`
 * measures what comes of it, and tests/bundle runs what was bundled.
 */
import { builtins } from './bundling/builtins.js';
import { drivers } from './bundling/drivers.js';
import { endpoints } from './bundling/endpoints.js';
import { methods } from './bundling/methods.js';
import { sdkClients, sdkFiles } from './bundling/sdk.js';
import { statements } from './bundling/statements.js';

export default [statements, builtins, endpoints, sdkClients, sdkFiles, drivers, methods];
