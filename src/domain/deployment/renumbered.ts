/**
 * Detects a function that was deleted and created again: it counts its versions from 1 again, and its alias has another
 * revision. Under a revision that is not the recorded one, Slipway therefore compares a version with its record before
 * it relies on the number.
 */
import { SlipwayError } from '../errors.ts';
import { differenceInWords, type Fingerprint, type KnownVersion, mayBeSame } from '../lambda/fingerprint.ts';
import type { LambdaTarget } from '../service/service-spec.ts';
import type { OwnSplit } from './traffic-record.ts';

export interface Compared {
  readonly split: OwnSplit;
  /** The versions that have calls now. */
  readonly live: ReadonlySet<string>;
  /** True for a rollback, which does not need a canary without calls. */
  readonly isBack: boolean;
}

/** Returns the versions to look at: those that Slipway relies on and whose fingerprint is recorded. */
export function comparedVersions({ split, live, isBack }: Compared): readonly KnownVersion[] {
  const { stable, canary, fingerprints } = split;
  return [
    { version: stable, fingerprint: fingerprints?.stable ?? null },
    { version: canary, fingerprint: fingerprints?.canary ?? null },
  ].filter(({ version, fingerprint }) => fingerprint !== null && (!isBack || version === stable || live.has(version)));
}

/**
 * Throws Conflict when a version that has calls, or is to get some, is another version under the same number. Throws
 * NotFound when this is true of the version to roll back to and that version has no calls.
 *
 * `found` has the current fingerprint of each version; null when Lambda does not report it or the version does not
 * exist.
 */
export function requireSameVersions(compared: Compared, found: ReadonlyMap<string, Fingerprint | null>): void {
  const { split, live, isBack } = compared;
  const others = comparedVersions(compared).filter(
    ({ version, fingerprint }) => !mayBeSame(fingerprint, found.get(version)),
  );
  // A version with calls comes first: Slipway must not move another owner's live version, whatever happened to the
  // stable one.
  const known = others.find(({ version }) => live.has(version)) ?? others[0];
  if (known === undefined) return;
  const fact = renumberedInWords({ target: split.target, known, found: found.get(known.version) });
  if (isBack && !live.has(known.version)) throw new SlipwayError('NotFound', fact);
  const next = 'Slipway changed nothing. Find out which version should be live, then deploy that one.';
  throw new SlipwayError('Conflict', `${fact} ${next}`, { details: { isOther: true } });
}

export function renumberedInWords({ target, known, found }: Renumbered): string {
  const { version, fingerprint } = known;
  const fact = `Version ${version} of ${target.function} is not the version ${version} that Slipway has on record`;
  return `${fact}: it has other ${differenceInWords(fingerprint, found)}, so the function was deleted and created again.`;
}

export interface Renumbered {
  readonly target: LambdaTarget;
  readonly known: KnownVersion;
  readonly found: Fingerprint | null | undefined;
}
