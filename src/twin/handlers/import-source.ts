/**
 * Imports a module from a text, as if the text were in a file: the module has the URL of the file, and its own imports
 * are resolved from there.
 */
import Module, { type LoadHookSync, type ResolveHookSync } from 'node:module';

export interface ModuleText {
  readonly href: string;
  readonly source: string;
}

/** Works for one text in each thread. */
export async function importSource({ href, source }: ModuleText): Promise<unknown> {
  const { registerHooks, register } = Module as Partial<Pick<typeof Module, 'registerHooks'>> & typeof Module;
  // Node has registerHooks from version 22.15 on.
  if (registerHooks === undefined) register(HOOKS_IN_A_THREAD, { data: { href, source } satisfies ModuleText });
  else
    registerHooks({
      resolve: (...[specifier, context, next]: Parameters<ResolveHookSync>) =>
        specifier === href ? { url: href, format: 'module', shortCircuit: true } : next(specifier, context),
      load: (...[url, context, next]: Parameters<LoadHookSync>) =>
        url === href ? { format: 'module', source, shortCircuit: true } : next(url, context),
    });
  return import(href);
}

/** The same hooks for an older Node, which runs them in a thread of its own. */
const HOOKS_IN_A_THREAD = `data:text/javascript,${encodeURIComponent(`
  let own;
  export const initialize = (data) => { own = data; };
  export const resolve = (specifier, context, next) =>
    specifier === own.href ? { url: own.href, format: 'module', shortCircuit: true } : next(specifier, context);
  export const load = (url, context, next) =>
    url === own.href ? { format: 'module', source: own.source, shortCircuit: true } : next(url, context);
`)}`;
