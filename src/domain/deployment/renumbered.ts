/**
 * A function that was deleted and created again counts its versions from 1 again, and its alias has another revision. So under
 * a revision that is not the recorded one, a version is compared with its record before Slipway counts on its number.
 */
import { SlipwayError } from '../errors.ts';
import { differenceInWords, type Fingerprint, type KnownVersion, mayBeSame } from '../lambda/fingerprint.ts';
import type { LambdaTarget } from '../service/service-spec.ts';
import type { OwnSplit } from './traffic-record.ts';

export interface Compared {
  readonly split: OwnSplit;
  /** The versions that have calls now. */
  readonly live: ReadonlySet<string>;
  /** True for the way back: a canary without calls is not needed for it. */
  readonly isBack: boolean;
}

/** The versions to look at: those that Slipway counts on, and of which it has something on record. */
export function comparedVersions({ split, live, isBack }: Compared): readonly KnownVersion[] {
  const { stable, canary, fingerprints } = split;
  return [
    { version: stable, fingerprint: fingerprints?.stable ?? null },
    { version: canary, fingerprint: fingerprints?.canary ?? null },
  ].filter(({ version, fingerprint }) => fingerprint !== null && (!isBack || version === stable || live.has(version)));
}

/**
 * Throws Conflict when a version with calls, or one that is to get some, is another one under the same number; NotFound when that
 * is so of the version to go back to, and that one has no calls. `found` has what each of them is made of now; null when Lambda
 * does not say, or when there is no such version.
 */
export function requireSameVersions(compared: Compared, found: ReadonlyMap<string, Fingerprint | null>): void {
  const { split, live, isBack } = compared;
  const others = comparedVersions(compared).filter(
    ({ version, fingerprint }) => !mayBeSame(fingerprint, found.get(version)),
  );
  // What has calls comes first: somebody else's version there is not Slipway's to move, whatever became of the home.
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
