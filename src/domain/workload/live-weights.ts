/**
 * Merges a route of the team's folder with the live route. One route may lead to several workloads, each with its own
 * rollout, and to targets of other teams. The folder decides the rules. The live weights stay, unless the folder
 * changed them since its last apply.
 */
import type { ClusterObject } from './cluster-object.ts';
import { contentHash } from './rendered-hash.ts';
import { type Style, styleOf, weightOf } from './route-style.ts';
import { canaryBeside, leadsTo, totalOf, weightIn, withWeight } from './route-weights.ts';
import type { Fields } from './workload-objects.ts';

/** An annotation with one hash for each list of weights in the folder that was applied last. */
const APPLIED = 'slipway/applied-weights';

const ROUTE_KINDS: ReadonlySet<string> = new Set(['HTTPRoute', 'Ingress']);

/** True for an object whose weights Slipway and other tools move. */
export function hasMovedWeights({ kind }: Pick<ClusterObject, 'kind'>): boolean {
  return ROUTE_KINDS.has(kind);
}

/** `live` is the live route, of any version; null when there is none. */
export function withLiveWeights(own: ClusterObject, live: ClusterObject | null): ClusterObject {
  const style = styleOf(own);
  const hashes = style
    .parts(own)
    .flatMap((part) => style.lists(own, part).map((list) => hashOf(list, { style, route: own })));
  const annotations = { ...own.metadata.annotations, [APPLIED]: hashes.join(' ') };
  const marked = hashes.length === 0 ? own : { ...own, metadata: { ...own.metadata, annotations } };
  return live === null ? marked : withKeptLists(withLiveShares(marked, live), { own, live, style });
}

/** Each workload in a rollout keeps the canary's share of its part, whatever else the folder has changed. */
function withLiveShares(own: ClusterObject, live: ClusterObject): ClusterObject {
  const style = styleOf(own);
  const entries = style.parts(own).flatMap((part) => style.lists(own, part).flat());
  const services = new Set(entries.flatMap((entry) => style.service(entry, own) ?? []));
  return [...services].reduce((route, workload) => {
    const canaryPercent = weightIn(live, workload);
    return canaryPercent === null || !leadsTo(route, workload) ? route : withWeight(route, { workload, canaryPercent });
  }, own);
}

interface Kept {
  readonly own: ClusterObject;
  readonly live: ClusterObject;
  readonly style: Style;
}

function withKeptLists(shared: ClusterObject, { own, live, style }: Kept): ClusterObject {
  const applied = live.metadata.annotations?.[APPLIED]?.split(' ');
  return style.parts(own).reduce((route, part) => {
    const before = numbered(style.lists(live, part), { style, route: live });
    const keys = [...numbered(style.lists(own, part), { style, route: own })];
    const lists = style.lists(route, part).map((changed, at) => {
      const [key, list] = keys[at] as (typeof keys)[number];
      const isChanged = applied !== undefined && !applied.includes(hashOf(list, { style, route: own }));
      const found = isChanged ? undefined : before.get(key);
      return found === undefined ? changed : keptList(list, { before: found, place: { own, live, style } });
    });
    return style.write(route, { workload: part, lists });
  }, shared);
}

/** The folder's list with the live weights. Both lists lead to the same targets. */
function keptList(
  list: readonly Fields[],
  { before, place: { own, live, style } }: { readonly before: readonly Fields[]; readonly place: Kept },
): readonly Fields[] {
  const present = ownEntries(before, { style, route: live });
  return ownEntries(list, { style, route: own }).flatMap(({ entry, canary }) => {
    const found = present.find((other) => style.id(other.entry, live) === style.id(entry, own)) as OwnEntry;
    const same = { ...entry, weight: weightOf(found.entry) };
    if (found.canary === undefined) return canary === undefined ? [same] : [same, canary];
    const name = String(style.service(found.canary, live));
    return [same, { ...style.named(canary ?? entry, name), weight: weightOf(found.canary) }];
  });
}

interface On {
  readonly style: Style;
  readonly route: ClusterObject;
}

interface OwnEntry {
  readonly entry: Fields;
  readonly canary: Fields | undefined;
  /** The weight of the entry and of its canary together. */
  readonly total: number;
}

/** The entries of a list, without those of the canaries. */
function ownEntries(list: readonly Fields[], { style, route }: On): readonly OwnEntry[] {
  const made = list.map((entry): OwnEntry => {
    const workload = style.service(entry, route);
    if (workload === null) return { entry, canary: undefined, total: weightOf(entry) };
    const canary = canaryBeside(entry, { list, style, route, workload });
    return { entry, canary, total: totalOf(list, { own: entry, canary, style, route, workload }) };
  });
  const canaries = made.map(({ canary }) => canary);
  return made.filter(({ entry }) => !canaries.includes(entry));
}

/** Hashes the team's own weights, so that a rollout in between does not change the hash. */
function hashOf(list: readonly Fields[], on: On): string {
  const totals = ownEntries(list, on).map(({ entry, total }) => [on.style.id(entry, on.route), total]);
  return contentHash(JSON.stringify(totals));
}

/** The lists by their targets, whatever the weights are. Two lists with the same targets get different numbers. */
function numbered(lists: readonly (readonly Fields[])[], on: On): ReadonlyMap<string, readonly Fields[]> {
  const found = new Map<string, readonly Fields[]>();
  for (const list of lists) {
    const ids = ownEntries(list, on).map(({ entry }) => on.style.id(entry, on.route));
    const key = JSON.stringify(ids.sort());
    let nth = 1;
    while (found.has(`${nth} ${key}`)) nth += 1;
    found.set(`${nth} ${key}`, list);
  }
  return found;
}
