/** The facts about a function before Slipway deploys to it, and the points that a report makes of them. */
import type { LambdaTarget } from '../../domain/service/service-spec.ts';
import type { FoundAlias, FoundFunction, FoundTrigger } from './found-function.ts';

/** `look`: the output does not say it, so a person has to check. */
export interface Point {
  readonly state: 'right' | 'missing' | 'look';
  readonly text: string;
}

export interface AdoptionFacts {
  readonly found: FoundFunction;
  readonly service: string;
  readonly target: LambdaTarget;
  readonly isNameKnown: boolean;
  /** The alias that the function has already; null when a snippet makes it. */
  readonly alias: FoundAlias | null;
  readonly alarm: { readonly name: string; readonly isThere: boolean };
  readonly isTagged: boolean;
  /** The triggers that call the function past the alias, including permissions and settings. */
  readonly toMove: readonly FoundTrigger[];
  /** True when the tool publishes versions that would conflict with those that Slipway publishes. */
  readonly publishes: boolean;
}
