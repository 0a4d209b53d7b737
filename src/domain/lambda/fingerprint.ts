/**
 * The fingerprint of a published version: its code and its settings. Lambda counts from 1 again after a function is
 * deleted and created again, so a number alone does not identify a version for ever. Decision 38 says what Slipway
 * compares.
 */

export interface Fingerprint {
  /** The SHA-256 of the package or the image, as Lambda reports it. */
  readonly codeSha256: string;
  /** The SHA-256 of the settings that Lambda publishes with the code; null when Slipway cannot read all of them. */
  readonly settingsSha256: string | null;
}

/**
 * The fingerprints of a deployment's two versions, each from the moment when Slipway looked at it; null when Slipway
 * did not look. When a deployment publishes `$LATEST`, the canary's fingerprint is recorded before the canary has a
 * number.
 */
export interface Fingerprints {
  readonly stable: Fingerprint | null;
  readonly canary: Fingerprint | null;
}

/** A version of a function: its number and its fingerprint. */
export interface KnownVersion {
  readonly version: string;
  /** Null when no fingerprint is recorded. */
  readonly fingerprint: Fingerprint | null;
}

/** False only when both fingerprints are known and differ. Without a fingerprint the number decides. */
export function mayBeSame(one: Fingerprint | null | undefined, other: Fingerprint | null | undefined): boolean {
  if (one == null || other == null) return true;
  if (one.codeSha256 !== other.codeSha256) return false;
  return one.settingsSha256 === null || other.settingsSha256 === null || one.settingsSha256 === other.settingsSha256;
}

/** True only when both fingerprints are complete and equal. */
export function isSame(one: Fingerprint | null | undefined, other: Fingerprint | null | undefined): boolean {
  const areKnown = one?.settingsSha256 != null && other?.settingsSha256 != null;
  return areKnown && one.codeSha256 === other.codeSha256 && one.settingsSha256 === other.settingsSha256;
}

/** The recorded fingerprint of one of the deployment's two versions; null when none is recorded. */
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

/** Says which part differs. The two fingerprints must not be equal. */
export function differenceInWords(
  known: Fingerprint | null,
  found: Fingerprint | null | undefined,
): 'code' | 'settings' {
  return known?.codeSha256 === found?.codeSha256 ? 'settings' : 'code';
}

/** Null when neither fingerprint is known. */
export function fingerprintsOf(of: Fingerprints): Fingerprints | null {
  return of.stable === null && of.canary === null ? null : of;
}
