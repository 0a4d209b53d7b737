/**
 * Who calls a function, and by which name. A rollout moves one alias: calls of the function itself meet new code as soon as it
 * is uploaded, and calls of another alias or of a version never meet it.
 */
import { LATEST } from './version-fact.ts';

/** What may call a function by a setting that AWS shows. */
export interface Trigger {
  /** `permission`: a statement of the function's policy. `mapping`: Lambda reads a queue or a stream. `url`: a function URL. */
  readonly kind: 'permission' | 'mapping' | 'url';
  /** `$LATEST` for the function itself, an alias, or the number of a version. */
  readonly calledAs: string;
  /** Of a permission the principal: a service such as `events.amazonaws.com`, an account, or `*`. Otherwise the service that is read, or `url`. */
  readonly from: string;
  /** The ARN of what calls, or the address of a URL; null when a permission names none. */
  readonly source: string | null;
  /** By which it is changed or removed: the id of a statement or of a mapping; the way in which a URL lets callers in. */
  readonly id: string;
  /** True for a mapping that is switched off. */
  readonly isOff?: boolean | undefined;
}

/** The calls of one period, of the function by whatever name, and of each alias and version that was called by its name. */
export interface CallPeriod {
  /** Epoch milliseconds. */
  readonly startsAt: number;
  readonly total: number;
  readonly named: Readonly<Record<string, number>>;
}

export interface CallersFact {
  readonly triggers: readonly Trigger[];
  /** Closed periods of the last day, oldest first, without those in which nobody called; null when they could not be read. */
  readonly calls: readonly CallPeriod[] | null;
  /** The function has counted its server errors in the last day, if only to say that there were none; left out: not known. */
  readonly countsServerErrors?: boolean | undefined;
  /** What could not be read, and why, in words. */
  readonly unread: readonly string[];
}

export interface CallShares {
  readonly total: number;
  readonly ofAlias: number;
  /** Of the function itself: by no alias and no version. */
  readonly direct: number;
  /** By other names. */
  readonly others: ReadonlyMap<string, number>;
  /** The alias has had calls since the last one of the function itself. */
  readonly hasStopped: boolean;
}

/** Aliases that are targets of other services are left out, as if nobody had called them. */
export function sharesOfCalls(
  calls: readonly CallPeriod[],
  { alias, siblings }: { readonly alias: string; readonly siblings: readonly string[] },
): CallShares {
  const others = new Map<string, number>();
  const sums = { total: 0, ofAlias: 0, direct: 0 };
  let directAt = Number.NEGATIVE_INFINITY;
  let aliasAt = Number.NEGATIVE_INFINITY;
  for (const { startsAt, total, named } of calls) {
    const own = named[alias] ?? 0;
    let counted = total;
    let direct = total;
    for (const [name, count] of Object.entries(named)) {
      if (name === LATEST) continue;
      direct -= count;
      if (siblings.includes(name)) counted -= count;
      else if (name !== alias && count > 0) others.set(name, (others.get(name) ?? 0) + count);
    }
    // The figures are counted apart, and one may be a call ahead of another for a moment.
    const past = Math.max(0, direct);
    sums.total += Math.max(counted, own + past);
    sums.ofAlias += own;
    sums.direct += past;
    if (direct > 0) directAt = startsAt;
    if (own > 0) aliasAt = startsAt;
  }
  return { ...sums, others, hasStopped: aliasAt > directAt };
}

/** Two statements with one key are about the same caller: an API has a statement for each of its routes. */
export function callerKey({ kind, from, source }: Trigger): string {
  const api = /^(arn:[^:]+:execute-api:[^/]+)\//.exec(source ?? '');
  return [kind, from, api?.[1] ?? source ?? 'any'].join(' ');
}

/** True when the same caller may call the alias as well: then it has probably been moved there. */
export function mayCallAlias(triggers: readonly Trigger[], { trigger, alias }: { trigger: Trigger; alias: string }) {
  return triggers.some(
    (other) =>
      other.calledAs === alias &&
      other.kind === trigger.kind &&
      other.from === trigger.from &&
      (other.source === null || other.kind === 'url' || callerKey(other) === callerKey(trigger)),
  );
}
