/**
 * The identity of a target, and the rules in which the kinds of target differ. History, pins, locks and claims belong to the target, whatever
 * the name of the service is. All other code asks these rules and does not ask for the kind.
 */
import type { KubernetesTarget, LambdaTarget, Target } from './service-spec.ts';

/**
 * Returns `checkout:live` for Lambda. For Kubernetes it returns `shop/orders on production`: namespace, workload and
 * cluster.
 */
export function targetName(target: Target): string {
  return forTarget(target, {
    lambda: (alias) => `${alias.function}:${alias.alias}`,
    kubernetes: ({ namespace, workload, cluster }) => `${namespace}/${workload} on ${cluster}`,
  });
}

/**
 * The key of a target. The database stores the key, so its form must not change. Two specs with the same key move the
 * same calls. The API accepts only plain function names, so each function has one name.
 */
export function targetKey(target: Target): string {
  return forTarget(target, {
    lambda: (alias) => `lambda ${alias.function}:${alias.alias}`,
    kubernetes: ({ namespace, workload, cluster }) => `kubernetes ${cluster}/${namespace}/${workload}`,
  });
}

export interface TargetRules {
  /** A task moves the calls, and the ledger learns of the move when the task has ended. Otherwise one call moves them at once. */
  readonly isMovedByTask: boolean;
  /** A function can read from the target which version is live. Otherwise the ledger knows it, or a task finds it. */
  readonly showsWhatIsLive: boolean;
  /** Slipway alone writes the record of the split, so a change that was only found is Slipway's own. */
  readonly hasOwnRecord: boolean;
  /** Before the first deployment there may be no version, and no calls. */
  readonly mayBeEmpty: boolean;
}

const RULES: Readonly<Record<Target['kind'], TargetRules>> = {
  lambda: { isMovedByTask: false, showsWhatIsLive: true, hasOwnRecord: false, mayBeEmpty: false },
  kubernetes: { isMovedByTask: true, showsWhatIsLive: false, hasOwnRecord: true, mayBeEmpty: true },
};

export function targetRules({ kind }: Pick<Target, 'kind'>): TargetRules {
  return RULES[kind];
}

/** The alias that has the calls; null for a target without an alias. */
export function onAlias(target: Target | undefined): LambdaTarget | null {
  return target?.kind === 'lambda' ? target : null;
}

/** The workload whose pods have the calls; null for a target without pods. */
export function onCluster(target: Target | undefined): KubernetesTarget | null {
  return target?.kind === 'kubernetes' ? target : null;
}

/** One answer a kind of target. */
export type ForEachTarget<Answer> = {
  readonly [Kind in Target['kind']]: (target: Extract<Target, { readonly kind: Kind }>) => Answer;
};

/** Chooses by the kind. Without an answer for each kind, the call does not compile; tests/repo/targets.test.ts lists the callers. */
export function forTarget<Answer>(target: Target, answers: ForEachTarget<Answer>): Answer {
  switch (target.kind) {
    case 'lambda':
      return answers.lambda(target);
    case 'kubernetes':
      return answers.kubernetes(target);
  }
}
