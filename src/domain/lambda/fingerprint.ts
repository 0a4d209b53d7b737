/**
 * What a published version is made of. Lambda counts from 1 again when a function is deleted and created again, so a number
 * alone does not name a version for ever. Decision 38 says what is compared, and what is not.
 */

export interface Fingerprint {
  /** As Lambda gives it: the SHA-256 of the package or the image. */
  readonly codeSha256: string;
  /** The SHA-256 of the settings that are published with the code; null when Slipway cannot read all of them. */
  readonly settingsSha256: string | null;
}

/**
 * Of the two versions of a deployment, each as it was when Slipway looked at it; null when Slipway did not. Of what is published
 * from `$LATEST`, the canary's is on record before it has a number.
 */
export interface Fingerprints {
  readonly stable: Fingerprint | null;
  readonly canary: Fingerprint | null;
}

/** A version of a function, by its number and by what it is made of. */
export interface KnownVersion {
  readonly version: string;
  /** Null when it is not on record. */
  readonly fingerprint: Fingerprint | null;
}

/** False only when both are known and differ: what is not known is taken as the number says. */
export function mayBeSame(one: Fingerprint | null | undefined, other: Fingerprint | null | undefined): boolean {
  if (one == null || other == null) return true;
  if (one.codeSha256 !== other.codeSha256) return false;
  return one.settingsSha256 === null || other.settingsSha256 === null || one.settingsSha256 === other.settingsSha256;
}

/** True only when both are wholly known and equal. */
export function isSame(one: Fingerprint | null | undefined, other: Fingerprint | null | undefined): boolean {
  const areKnown = one?.settingsSha256 != null && other?.settingsSha256 != null;
  return areKnown && one.codeSha256 === other.codeSha256 && one.settingsSha256 === other.settingsSha256;
}

/** What a deployment has on record of one of its two versions; null when nothing. */
export function fingerprintIn({ stable, fingerprints }: Recorded, version: string): Fingerprint | null {
  return fingerprints?.[stable === version ? 'stable' : 'canary'] ?? null;
}

export function knownIn(deployment: Recorded, version: string): KnownVersion;
export function knownIn(deployment: Recorded, version: string | null): KnownVersion | null;
export function knownIn(deployment: Recorded, version: string | null): KnownVersion | null {
  return version === null ? null : { version, fingerprint: fingerprintIn(deployment, version) };
}

interface Recorded {
  readonly stable: string | null;
  readonly fingerprints: Fingerprints | null;
}

/** What differs, in words; the two are not the same. */
export function differenceInWords(
  known: Fingerprint | null,
  found: Fingerprint | null | undefined,
): 'code' | 'settings' {
  return known?.codeSha256 === found?.codeSha256 ? 'settings' : 'code';
}

/** Null when neither is known. */
export function fingerprintsOf(of: Fingerprints): Fingerprints | null {
  return of.stable === null && of.canary === null ? null : of;
}
