/**
 * Who calls a function, and by which name. A rollout moves one alias. Calls of the function itself get new code as soon
 * as it is uploaded. Calls of another alias or of a version number never get it.
 */
import { LATEST } from './version-fact.ts';

/** A caller that AWS shows in its settings: it may call the function, or does so. */
export interface Trigger {
  /**
   * * `permission`: a statement of the function's policy.
   * * `mapping`: Lambda reads a queue or a stream.
   * * `url`: a function URL.
   */
  readonly kind: 'permission' | 'mapping' | 'url';
  /** `$LATEST` for the function itself, an alias, or the number of a version. */
  readonly calledAs: string;
  /**
   * For a permission, the principal: a service such as `events.amazonaws.com`, an account, or `*`. For a mapping, the
   * service that Lambda reads. For a URL, `url`.
   */
  readonly from: string;
  /** The ARN of the caller, or the address of a URL; null when a permission names no source. */
  readonly source: string | null;
  /**
   * What a command needs to change or remove the trigger: the id of a statement or of a mapping. For a URL, its
   * authorization type.
   */
  readonly id: string;
  /** True for a mapping that is disabled. */
  readonly isOff?: boolean | undefined;
}

/**
 * The calls of one period: `total` counts all calls of the function; `named` counts those that named an alias or a
 * version.
 */
export interface CallPeriod {
  /** Epoch milliseconds. */
  readonly startsAt: number;
  readonly total: number;
  readonly named: Readonly<Record<string, number>>;
}

export interface CallersFact {
  readonly triggers: readonly Trigger[];
  /**
   * The closed periods of the last day, oldest first, without the periods that had no call; null when Slipway could not
   * read them.
   */
  readonly calls: readonly CallPeriod[] | null;
  /**
   * True when the function has written the metric of its server errors in the last day, also when every value was 0.
   * Left out when Slipway does not know.
   */
  readonly countsServerErrors?: boolean | undefined;
  /** What Slipway could not read, and why, in words. */
  readonly unread: readonly string[];
}

export interface CallShares {
  readonly total: number;
  readonly ofAlias: number;
  /** Calls of the function itself, without the name of an alias or a version. */
  readonly direct: number;
  /** Calls by each other alias and version. */
  readonly others: ReadonlyMap<string, number>;
  /** True when the last period with calls of the alias is later than the last period with direct calls. */
  readonly hasStopped: boolean;
}

/** Counts the calls by name. It leaves out the calls of `siblings`: the aliases that are targets of other services. */
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
    // AWS counts each figure separately, so for a moment one figure may be ahead of another.
    const past = Math.max(0, direct);
    sums.total += Math.max(counted, own + past);
    sums.ofAlias += own;
    sums.direct += past;
    if (direct > 0) directAt = startsAt;
    if (own > 0) aliasAt = startsAt;
  }
  return { ...sums, others, hasStopped: aliasAt > directAt };
}

/** Two statements with the same key are about the same caller: an API has one statement for each of its routes. */
export function callerKey({ kind, from, source }: Trigger): string {
  const api = /^(arn:[^:]+:execute-api:[^/]+)\//.exec(source ?? '');
  return [kind, from, api?.[1] ?? source ?? 'any'].join(' ');
}

/** True when the same caller may also call the alias: then it has probably been moved to the alias. */
export function mayCallAlias(triggers: readonly Trigger[], { trigger, alias }: { trigger: Trigger; alias: string }) {
  return triggers.some(
    (other) =>
      other.calledAs === alias &&
      other.kind === trigger.kind &&
      other.from === trigger.from &&
      (other.source === null || other.kind === 'url' || callerKey(other) === callerKey(trigger)),
  );
}
