/**
 * The plugins that make the Lambda bundles small and quick to load, in addition to esbuild's own options in serverless.yml.
 * Each plugin fails the build when what it replaces is no longer there. `npm run bench` measures sizes and loading times.
 */
import { builtins } from './bundling/builtins.js';
import { drivers } from './bundling/drivers.js';
import { sdk } from './bundling/sdk.js';
import { statements } from './bundling/statements.js';

export default [statements, builtins, sdk, drivers];
