/**
 * Follows all objects of some kinds in a namespace, by watches of the API server. Returns every state that these
 * objects had together.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import type { Namespace } from './a-namespace.ts';
import { eventually } from './eventually.ts';

const PATHS = {
  Pod: 'api/v1',
  Service: 'api/v1',
  Ingress: 'apis/networking.k8s.io/v1',
  HTTPRoute: 'apis/gateway.networking.k8s.io/v1',
} as const;
const PLURALS = { Pod: 'pods', Service: 'services', Ingress: 'ingresses', HTTPRoute: 'httproutes' } as const;

export type WatchedKind = keyof typeof PATHS;
type State = ReadonlyMap<string, ClusterObject>;

interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: ClusterObject;
}

interface List {
  readonly metadata: { readonly resourceVersion: string };
  readonly items: readonly ClusterObject[];
}

export interface WatchedObjects {
  states(): Promise<readonly (readonly ClusterObject[])[]>;
  end(): void;
}

/** No change is missed, because each kind is watched from the version of a list of that kind. */
export async function watchedObjects(namespace: Namespace, kinds: readonly WatchedKind[]): Promise<WatchedObjects> {
  const followed = await Promise.all(kinds.map((kind) => follow(namespace, kind)));
  const list = async () => (await Promise.all(followed.map(({ read }) => read()))).flatMap(({ items }) => items);
  // The lists were not read in one moment. Changes between them belong to the first state.
  const from = Math.max(...followed.map(({ version }) => version));
  const replayed = () => {
    const state = new Map(followed.flatMap(({ items }) => items.map((object) => [placeOf(object), object] as const)));
    const states: State[] = [];
    const events = followed.flatMap(({ seen }) => seen);
    for (const event of events.toSorted((one, other) => versionOf(one.object) - versionOf(other.object))) {
      if (versionOf(event.object) > from && states.length === 0) states.push(new Map(state));
      if (event.type === 'DELETED') state.delete(placeOf(event.object));
      else state.set(placeOf(event.object), event.object);
      if (versionOf(event.object) > from) states.push(new Map(state));
    }
    return states.length === 0 ? [state] : states;
  };
  return {
    async states() {
      return eventually(async () => {
        const there = (await list()).map(idOf).sort();
        const states = replayed().map((state) => [...state.values()]);
        const last = (states.at(-1) ?? []).map(idOf).sort();
        if (JSON.stringify(last) !== JSON.stringify(there))
          throw new Error('Not yet: the watches have told everything');
        return states;
      });
    },
    end: () => {
      for (const { stop } of followed) stop();
    },
  };
}

async function follow({ program, kubeconfig, kubectl, name }: Namespace, kind: WatchedKind) {
  const path = `/${PATHS[kind]}/namespaces/${name}/${PLURALS[kind]}`;
  const read = async () => {
    const { metadata, items } = JSON.parse(await kubectl(['get', '--raw', path])) as List;
    return {
      version: Number(metadata.resourceVersion),
      items: items.map((item): ClusterObject => ({ ...item, kind })),
    };
  };
  const { version, items } = await read();
  const seen: WatchEvent[] = [];
  const args = ['get', '--raw', `${path}?watch=true&resourceVersion=${version}`];
  const watch = spawn(program, args, { env: { ...process.env, KUBECONFIG: kubeconfig } });
  createInterface({ input: watch.stdout }).on('line', (line) => seen.push(JSON.parse(line)));
  return { version, items, seen, read, stop: () => void watch.kill() };
}

function placeOf({ kind, metadata }: ClusterObject): string {
  return `${kind} ${metadata.name}`;
}

function idOf(object: ClusterObject): string {
  return `${placeOf(object)} ${object.metadata.resourceVersion}`;
}

/** The store counts the versions of all kinds with one counter. */
function versionOf({ metadata }: ClusterObject): number {
  return Number(metadata.resourceVersion);
}
