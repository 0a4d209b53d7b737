/** What is known of a function before Slipway deploys to it, and the points that a report makes of these facts. */
import type { LambdaTarget } from '../../domain/service/service-spec.ts';
import type { FoundAlias, FoundFunction, FoundTrigger } from './found-function.ts';

/** `look`: the output does not say it, so a person has to. */
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
  /** What calls the function past the alias, permissions and settings included. */
  readonly toMove: readonly FoundTrigger[];
  /** The tool publishes versions that would stand in the way of those that Slipway publishes. */
  readonly publishes: boolean;
}
