import type { Cluster } from '../../src/ports/cluster.ts';

/** Runs before the nth call, counted from 1. It may change the cluster itself, or throw. */
export type Strike = (call: { readonly method: string; readonly nth: number }) => Promise<void> | void;

/**
 * The port with an action before each of its calls. An apply counts as one call for each object, because the port
 * applies them one by one. A task can die, or be fenced off, between any two of them.
 */
export function struckPort(port: Cluster, strike: Strike): { readonly port: Cluster; readonly calls: () => number } {
  let nth = 0;
  const step = async <T>(method: string, run: () => Promise<T>): Promise<T> => {
    nth += 1;
    await strike({ method, nth });
    return run();
  };
  return {
    calls: () => nth,
    port: {
      get: (ref) => step('get', () => port.get(ref)),
      list: (query) => step('list', () => port.list(query)),
      replace: (object) => step('replace', () => port.replace(object)),
      scale: (ref, replicas) => step('scale', () => port.scale(ref, replicas)),
      remove: (refs) => step('remove', () => port.remove(refs)),
      changes: (queries) => port.changes(queries),
      denied: (namespace, asked) => step('denied', () => port.denied(namespace, asked)),
      build: (folder) => step('build', () => port.build(folder)),
      diff: (objects) => step('diff', () => port.diff(objects)),
      async apply({ objects, ...order }) {
        const applied = [];
        for (const object of objects) {
          applied.push(...(await step('apply', () => port.apply({ ...order, objects: [object] }))));
        }
        return applied;
      },
    },
  };
}

/** A task that dies before its nth call: from then on it does nothing. */
export function dyingPort(port: Cluster, nth: number) {
  return struckPort(port, (call) => {
    if (call.nth >= nth) throw new Error('The task has died.');
  });
}

/** Runs something just before the nth call, and the call continues. */
export function overtakenPort(
  port: Cluster,
  { nth, by }: { readonly nth: number; readonly by: () => Promise<unknown> },
) {
  return struckPort(port, async (call) => {
    if (call.nth === nth) await by();
  });
}
