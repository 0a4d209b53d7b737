import { isBuiltin } from 'node:module';

/**
 * An ESM import of node:http loads undici too (29 ms instead of 3); process.getBuiltinModule does not. The build fails
 * when an ESM import of a builtin is left in the bundle.
 */
export const builtins = {
  name: 'builtins',
  setup({ initialOptions, onResolve, onLoad, onEnd }) {
    initialOptions.metafile = true;
    onResolve({ filter: /^[a-z_:/0-9]+$/ }, ({ path, kind }) =>
      isBuiltin(path) && kind !== 'require-call' ? { path, namespace: 'builtin', sideEffects: false } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
    }));
    onEnd(({ metafile }) => ({
      errors: importsIn(metafile)
        .filter(({ path, kind }) => isBuiltin(path) && kind !== 'require-call')
        .map(({ path }) => ({
          text: `The plugin "builtins" left an import of ${path}. Correct bundling/builtins.js.`,
        })),
    }));
  },
};

/** A build that failed has no metafile. */
function importsIn(metafile) {
  return Object.values(metafile?.outputs ?? {}).flatMap(({ imports }) => imports);
}
