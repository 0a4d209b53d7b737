/**
 * A route of the team's folder as it is applied beside the one that is there. One route may lead to several workloads, each with a
 * rollout of its own, and to what other teams move. The folder says which rules there are; the weights stay as they are, unless
 * the folder has changed them since it was applied last.
 */
import type { ClusterObject } from './cluster-object.ts';
import { contentHash } from './rendered-hash.ts';
import { type Style, styleOf, weightOf } from './route-style.ts';
import { canaryBeside, leadsTo, totalOf, weightIn, withWeight } from './route-weights.ts';
import type { Fields } from './workload-objects.ts';

/** The weights of the folder that was applied last, as one hash a list. */
const APPLIED = 'slipway/applied-weights';

const ROUTE_KINDS: ReadonlySet<string> = new Set(['HTTPRoute', 'Ingress']);

/** True for an object whose weights Slipway and others move. */
export function hasMovedWeights({ kind }: Pick<ClusterObject, 'kind'>): boolean {
  return ROUTE_KINDS.has(kind);
}

/** `live`: what is there, of any version; null when there is none. */
export function withLiveWeights(own: ClusterObject, live: ClusterObject | null): ClusterObject {
  const style = styleOf(own);
  const hashes = style
    .parts(own)
    .flatMap((part) => style.lists(own, part).map((list) => hashOf(list, { style, route: own })));
  const annotations = { ...own.metadata.annotations, [APPLIED]: hashes.join(' ') };
  const marked = hashes.length === 0 ? own : { ...own, metadata: { ...own.metadata, annotations } };
  return live === null ? marked : withKeptLists(withLiveShares(marked, live), { own, live, style });
}

/** Whatever the folder has changed around it, each workload that is being rolled out keeps the canary's share of its part. */
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

/** The folder's list with the weights that it has now. Both lead to the same. */
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
  /** With what its canary has. */
  readonly total: number;
}

/** The entries without those of the canaries beside them. */
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

/** Of the team's own weights, so that a rollout in between does not change it. */
function hashOf(list: readonly Fields[], on: On): string {
  const totals = ownEntries(list, on).map(({ entry, total }) => [on.style.id(entry, on.route), total]);
  return contentHash(JSON.stringify(totals));
}

/** By what a list leads to, whatever the weights are; the second one of the same is another list. */
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
