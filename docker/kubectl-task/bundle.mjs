/** Makes one file of the container task and all that it needs: `node docker/kubectl-task/bundle.mjs kubectl-task.mjs`. */
import { build } from 'esbuild';

const [outfile] = process.argv.slice(2);
if (outfile === undefined) {
  console.error('Say where it is to go: node docker/kubectl-task/bundle.mjs kubectl-task.mjs');
  process.exit(1);
}

// Not minified: what is in the log of a build is read by people, stacks and all.
await build({
  entryPoints: [new URL('../../src/containers/kubectl-task.ts', import.meta.url).pathname],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  // For the packages that are CommonJS still.
  banner: {
    js: "import { createRequire as slipwayRequire } from 'node:module'; const require = slipwayRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
