/**
 * Splits the weights of an HTTPRoute, or of an Ingress of the AWS Load Balancer Controller, between the two Services of
 * a workload. It changes only the workload's own part. The weights that a team gives to other targets stay exactly as
 * they are.
 */
import { SlipwayError } from '../errors.ts';
import { type ClusterObject, objectName } from './cluster-object.ts';
import { actionName, canaryName, type Style, styleOf, weightOf } from './route-style.ts';
import type { Fields } from './workload-objects.ts';

export interface Weighted {
  readonly workload: string;
  /** The canary's share of the workload's own part, 0 to 100. */
  readonly canaryPercent: number;
}

/** The total weight of a part that has no other targets. With 100, whole percents are exact. */
const WHOLE = 100;

/** Returns the route with the share. Throws InvalidRequest when the route does not lead to the workload. */
export function withWeight(route: ClusterObject, weighted: Weighted): ClusterObject {
  if (!leadsTo(route, weighted.workload)) throw leadsElsewhere(route, weighted.workload);
  const style = styleOf(route);
  const { workload } = weighted;
  const lists = style.lists(route, workload).map((list) => splitList(list, { style, route, weighted }));
  return style.write(route, { workload, lists });
}

/** True when the route has a part for the Service of the workload. */
export function leadsTo(route: ClusterObject, workload: string): boolean {
  return pairsIn(route, workload).length > 0;
}

/** True when the route already has the weights that `withWeight` would set. */
export function holdsWeight(route: ClusterObject, { workload, canaryPercent }: Weighted): boolean {
  const pairs = pairsIn(route, workload);
  return (
    pairs.length > 0 &&
    pairs.every(({ canary, total, stable }) => {
      if (canary === null) return false;
      const wanted = splitWeight(total, canaryPercent);
      return canary === wanted.canary && stable === wanted.stable;
    })
  );
}

/**
 * The canary's share of the workload's own part, in percent. Null when the route has no such part, names no canary, or
 * gives the part no calls.
 */
export function weightIn(route: ClusterObject, workload: string): number | null {
  const [pair] = pairsIn(route, workload);
  if (pair === undefined || pair.canary === null || pair.stable + pair.canary <= 0) return null;
  return (pair.canary / (pair.stable + pair.canary)) * 100;
}

/** The ports of the Service `<workload>` to which the route leads. */
export function portsIn(route: ClusterObject, workload: string): readonly unknown[] {
  const style = styleOf(route);
  const own = style
    .lists(route, workload)
    .flat()
    .filter((entry) => style.service(entry, route) === workload);
  return own.map((entry) => style.port(entry)).filter((port) => port !== undefined);
}

/**
 * Tells, in words, what a step really gives the canary when the team's weights cannot express the step exactly. Throws
 * InvalidRequest when a step would give the canary nothing or all.
 */
export function weightNotes(
  route: ClusterObject,
  { workload, weights }: { readonly workload: string; readonly weights: readonly number[] },
): readonly string[] {
  return pairsIn(route, workload).flatMap(({ total }) =>
    weights.flatMap((percent) => {
      const { stable, canary } = splitWeight(total, percent);
      if (total === 0 || percent <= 0 || percent >= 100 || (canary / total) * 100 === percent) return [];
      if (canary === 0 || stable === 0) throw tooCoarse(route, { workload, total, percent });
      const real = Math.round((canary / total) * 1_000) / 10;
      return [
        `${percent} % is ${canary} of the ${total} that ${objectName(route)} gives Service ${workload}: ${real} %.`,
      ];
    }),
  );
}

/**
 * Splits a weight that other targets share the route with, into whole numbers. For a share between 0 and 100, neither
 * part is 0 when the total is large enough.
 */
function splitWeight(total: number, percent: number): { readonly stable: number; readonly canary: number } {
  const nearest = Math.round((total * percent) / 100);
  const inside = percent > 0 && percent < 100 && total > 1 ? Math.min(total - 1, Math.max(1, nearest)) : nearest;
  return { stable: total - inside, canary: inside };
}

interface Pair {
  readonly stable: number;
  /** Null when the route does not name the canary's Service yet. */
  readonly canary: number | null;
  /** The sum of both weights, which is split again. */
  readonly total: number;
}

function pairsIn(route: ClusterObject, workload: string): readonly Pair[] {
  const style = styleOf(route);
  return style.lists(route, workload).flatMap((list) =>
    list
      .filter((entry) => style.service(entry, route) === workload)
      .map((own) => {
        const canary = canaryBeside(own, { list, style, route, workload });
        return {
          stable: weightOf(own),
          canary: canary === undefined ? null : weightOf(canary),
          total: totalOf(list, { own, canary, style, route, workload }),
        };
      }),
  );
}

export interface Place {
  readonly style: Style;
  readonly route: ClusterObject;
  readonly workload: string;
}

/**
 * Returns the total weight of the workload's part. When the part is alone, or beside targets without calls, it counts
 * as the whole, whatever its weights are.
 */
export function totalOf(
  list: readonly Fields[],
  { own, canary, style, route, workload }: Place & { readonly own: Fields; readonly canary: Fields | undefined },
): number {
  const services = [workload, canaryName(workload)];
  const others = list.filter((entry) => !services.includes(style.service(entry, route) ?? ''));
  const owns = list.filter((entry) => style.service(entry, route) === workload);
  const isAlone = owns.length === 1 && others.every((other) => weightOf(other) === 0);
  return isAlone ? WHOLE : weightOf(own) + (canary === undefined ? 0 : weightOf(canary));
}

export function canaryBeside(
  own: Fields,
  { list, style, route, workload }: Place & { readonly list: readonly Fields[] },
): Fields | undefined {
  return list.find(
    (entry) => style.service(entry, route) === canaryName(workload) && style.port(entry) === style.port(own),
  );
}

function splitList(
  list: readonly Fields[],
  { style, route, weighted }: { readonly style: Style; readonly route: ClusterObject; readonly weighted: Weighted },
): readonly Fields[] {
  const { workload, canaryPercent } = weighted;
  const owns = list.filter((entry) => style.service(entry, route) === workload);
  const replaced = new Set(owns.map((own) => canaryBeside(own, { list, style, route, workload })));
  return list
    .filter((entry) => !replaced.has(entry))
    .flatMap((entry) => {
      if (!owns.includes(entry)) return [entry];
      const canary = canaryBeside(entry, { list, style, route, workload });
      const parts = splitWeight(totalOf(list, { own: entry, canary, style, route, workload }), canaryPercent);
      return [
        { ...entry, weight: parts.stable },
        { ...style.named(canary ?? entry, canaryName(workload)), weight: parts.canary },
      ];
    });
}

function leadsElsewhere(route: ClusterObject, workload: string): SlipwayError {
  const wanted =
    route.kind === 'Ingress'
      ? `an annotation ${actionName(workload)} that forwards to a target group of Service ${workload}`
      : `a rule with a backendRef to Service ${workload}`;
  return new SlipwayError('InvalidRequest', `${objectName(route)} does not lead to the workload. Give it ${wanted}.`);
}

function tooCoarse(
  route: ClusterObject,
  { workload, total, percent }: { readonly workload: string; readonly total: number; readonly percent: number },
): SlipwayError {
  return new SlipwayError(
    'InvalidRequest',
    `${objectName(route)} gives Service ${workload} a weight of ${total} beside others, of which ${percent} % cannot be split off. Multiply all weights of that rule by 100, then deploy again.`,
  );
}
