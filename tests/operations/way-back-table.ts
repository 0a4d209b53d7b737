/**
 * The rollback of a workload, one row for each kind of situation. Together the rows cover every situation once:
 * way-back.test.ts counts the situations, and plays each of them.
 */
import type { Route } from '../../src/domain/service/service-spec.ts';

export type RouteKind = Route['kind'];
export const ROUTE_KINDS: readonly RouteKind[] = ['rolling', 'replicas', 'blueGreen', 'httpRoute', 'albIngress'];

/** The progress of version 2: only planned, at a part of the calls, at all of them, in its promotion, or promoted. */
export const STEPS = ['planned', 'atPart', 'atAll', 'promoting', 'promoted'] as const;
/**
 * The state of stable. `unready`: it has the pods that the step leaves, and they do not become ready any more. `gone`:
 * its Deployment was deleted. `none`: a person has scaled it to no pod.
 */
export const STABLES = ['ready', 'unready', 'gone', 'none'] as const;
export const CANARIES = ['ready', 'unready'] as const;
/** Stable's manifests: stored in their ConfigMap, or deleted by a cleaner. */
export const MANIFESTS = ['kept', 'deleted'] as const;
/** The cause of the rollback. Only an alarm accuses the canary; an abort, a deadline and a later deployment do not. */
export const CAUSES = ['alarm', 'abort', 'deadline', 'supersede'] as const;

export interface Situation {
  readonly route: RouteKind;
  readonly step: (typeof STEPS)[number];
  readonly stable: (typeof STABLES)[number];
  readonly canary: (typeof CANARIES)[number];
  readonly manifests: (typeof MANIFESTS)[number];
  readonly cause: (typeof CAUSES)[number];
}

/**
 * A route that is all or nothing has no part of the calls. Pods that are replaced in place have no canary before the
 * promotion. Without a canary, its readiness has no meaning.
 */
export function isPossible({ route, step, canary, cause }: Situation): boolean {
  if (step === 'atPart' && (route === 'rolling' || route === 'blueGreen')) return false;
  if (step === 'atAll' && (route === 'rolling' || route === 'replicas')) return false;
  if (step === 'planned' && canary === 'unready') return false;
  // Only an alarm or a person undoes a promotion.
  return step !== 'promoted' || cause === 'alarm' || cause === 'abort';
}

export const SITUATIONS: readonly Situation[] = ROUTE_KINDS.flatMap((route) =>
  STEPS.flatMap((step) =>
    STABLES.flatMap((stable) =>
      CANARIES.flatMap((canary) =>
        MANIFESTS.flatMap((manifests) =>
          CAUSES.map((cause): Situation => ({ route, step, stable, canary, manifests, cause })),
        ),
      ),
    ),
  ),
).filter(isPossible);

/**
 * How the rollback ends. `unready`: it is done, and says that stable is not ready. `refused`: the deployment or the
 * plan fails, and says why.
 */
export type End = 'done' | 'unready' | 'refused';
/** The version that answers the calls then. `nobody` only when no version has a ready pod any more. */
export type Who = 'stable' | 'canary' | 'nobody';

/** Several words in one field, with spaces between them, mean any of these words. */
export type Row = readonly [
  step: string,
  stable: string,
  canary: string,
  manifests: string,
  cause: string,
  route: string,
  end: End,
  who: Who,
];

export const WAY_BACK: readonly Row[] = [
  ['planned', 'ready', 'any', 'any', 'any', 'any', 'done', 'stable'],
  ['planned', 'unready', 'any', 'any', 'alarm abort deadline', 'any', 'unready', 'nobody'],
  ['planned', 'none', 'any', 'any', 'alarm abort deadline', 'any', 'done', 'stable'],
  ['planned', 'unready gone none', 'any', 'any', 'supersede', 'any', 'done', 'nobody'],
  ['planned', 'gone', 'any', 'kept', 'alarm abort deadline', 'any', 'done', 'stable'],
  ['planned', 'gone', 'any', 'deleted', 'alarm abort deadline', 'any', 'refused', 'nobody'],
  ['atPart', 'ready none', 'any', 'any', 'any', 'any', 'done', 'stable'],
  ['atPart', 'unready', 'ready', 'any', 'alarm', 'any', 'unready', 'nobody'],
  ['atPart', 'unready', 'ready', 'any', 'abort deadline', 'replicas', 'refused', 'canary'],
  ['atPart', 'unready', 'ready', 'any', 'abort deadline supersede', 'httpRoute albIngress', 'unready', 'nobody'],
  ['atPart', 'unready', 'ready', 'any', 'supersede', 'replicas', 'done', 'canary'],
  ['atPart', 'unready', 'unready', 'any', 'any', 'any', 'unready', 'nobody'],
  ['atPart', 'gone', 'any', 'kept', 'any', 'any', 'done', 'stable'],
  ['atPart', 'gone', 'ready', 'deleted', 'alarm abort deadline', 'any', 'refused', 'canary'],
  ['atPart', 'gone', 'ready', 'deleted', 'supersede', 'any', 'done', 'canary'],
  ['atPart', 'gone', 'unready', 'deleted', 'alarm abort deadline', 'any', 'refused', 'nobody'],
  ['atPart', 'gone', 'unready', 'deleted', 'supersede', 'any', 'unready', 'nobody'],
  ['atAll', 'ready none', 'any', 'any', 'any', 'any', 'done', 'stable'],
  ['atAll', 'unready', 'ready', 'any', 'alarm', 'any', 'unready', 'nobody'],
  ['atAll', 'unready', 'ready', 'any', 'abort deadline', 'any', 'refused', 'canary'],
  ['atAll', 'unready', 'ready', 'any', 'supersede', 'any', 'done', 'canary'],
  ['atAll', 'unready', 'unready', 'any', 'any', 'any', 'unready', 'nobody'],
  ['atAll', 'gone', 'any', 'kept', 'any', 'any', 'done', 'stable'],
  ['atAll', 'gone', 'ready', 'deleted', 'alarm abort deadline', 'any', 'refused', 'canary'],
  ['atAll', 'gone', 'ready', 'deleted', 'supersede', 'any', 'done', 'canary'],
  ['atAll', 'gone', 'unready', 'deleted', 'alarm abort deadline', 'any', 'refused', 'nobody'],
  ['atAll', 'gone', 'unready', 'deleted', 'supersede', 'any', 'unready', 'nobody'],
  ['promoting', 'ready gone none', 'any', 'kept', 'any', 'any', 'done', 'stable'],
  ['promoting', 'ready unready', 'any', 'deleted', 'alarm abort deadline', 'any', 'refused', 'canary'],
  ['promoting', 'none', 'ready', 'deleted', 'alarm abort deadline', 'any', 'refused', 'canary'],
  ['promoting', 'ready none', 'ready', 'deleted', 'supersede', 'any', 'done', 'canary'],
  [
    'promoting',
    'ready unready',
    'unready',
    'deleted',
    'supersede',
    'rolling replicas httpRoute albIngress',
    'unready',
    'canary',
  ],
  // Here the pods of the superseded promotion were still starting, and they answer the calls.
  ['promoting', 'ready unready', 'unready', 'deleted', 'supersede', 'blueGreen', 'done', 'canary'],
  ['promoting', 'unready', 'any', 'kept', 'alarm', 'any', 'unready', 'canary'],
  ['promoting', 'unready', 'any', 'kept', 'abort deadline', 'any', 'refused', 'canary'],
  ['promoting', 'unready', 'ready', 'any', 'supersede', 'any', 'done', 'canary'],
  ['promoting', 'unready', 'unready', 'kept', 'supersede', 'any', 'done', 'canary'],
  ['promoting', 'gone', 'ready', 'deleted', 'alarm abort deadline', 'rolling', 'refused', 'nobody'],
  [
    'promoting',
    'gone',
    'ready',
    'deleted',
    'alarm abort deadline',
    'replicas blueGreen httpRoute albIngress',
    'refused',
    'canary',
  ],
  ['promoting', 'gone', 'any', 'deleted', 'supersede', 'rolling', 'done', 'nobody'],
  ['promoting', 'gone', 'ready', 'deleted', 'supersede', 'replicas blueGreen httpRoute albIngress', 'done', 'canary'],
  ['promoting', 'gone none', 'unready', 'deleted', 'alarm abort deadline', 'any', 'refused', 'nobody'],
  ['promoting', 'none', 'unready', 'deleted', 'supersede', 'any', 'unready', 'nobody'],
  [
    'promoting',
    'gone',
    'unready',
    'deleted',
    'supersede',
    'replicas blueGreen httpRoute albIngress',
    'unready',
    'nobody',
  ],
  ['promoted', 'ready gone none', 'any', 'kept', 'any', 'any', 'done', 'stable'],
  ['promoted', 'ready unready none', 'ready', 'deleted', 'any', 'any', 'refused', 'canary'],
  ['promoted', 'ready unready none', 'unready', 'deleted', 'any', 'any', 'refused', 'nobody'],
  ['promoted', 'unready', 'ready', 'kept', 'alarm', 'any', 'unready', 'canary'],
  ['promoted', 'unready', 'ready', 'kept', 'abort', 'any', 'refused', 'canary'],
  ['promoted', 'unready', 'unready', 'kept', 'any', 'any', 'unready', 'nobody'],
  ['promoted', 'gone', 'any', 'deleted', 'any', 'any', 'refused', 'nobody'],
];

export function fits([step, stable, canary, manifests, cause, route]: Row, situation: Situation): boolean {
  const has = (words: string, word: string) => words === 'any' || words.split(' ').includes(word);
  return (
    has(step, situation.step) &&
    has(stable, situation.stable) &&
    has(canary, situation.canary) &&
    has(manifests, situation.manifests) &&
    has(cause, situation.cause) &&
    has(route, situation.route)
  );
}
