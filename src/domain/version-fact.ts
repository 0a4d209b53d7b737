/** A published version of a Lambda function as Lambda describes it, and what its state means for a rollout. */

/**
 * Calls reach `Active` only. `Pending`: Lambda still prepares it (a snapshot, a network interface, an image). `Inactive`:
 * it was idle for so long that Lambda took its resources back; one call fails, and wakes it. `Failed` never becomes another.
 */
export type VersionState = 'Active' | 'Pending' | 'Inactive' | 'Failed';

/** Lambda's name of the code that was uploaded last and is not published. It changes in place, so nobody can go back to it. */
export const LATEST = '$LATEST';

/** True of a number that Lambda can have given to a published version: from 1 on, without leading zeros. */
export function isVersionNumber(version: string): boolean {
  return /^[1-9]\d{0,19}$/.test(version);
}

export interface VersionFact {
  readonly version: string;
  readonly roleArn: string;
  readonly state: VersionState;
  /** In AWS's words; null when there is none, as for a version that is Active. */
  readonly stateReason: string | null;
}

/** Why the version can get no calls, and the next step; null when it can, or when it only has to be waited for. */
export function versionProblem({ version, state, stateReason }: VersionFact): string | null {
  const fact = `Version ${version} is ${state}${stateReason === null ? '' : ` (${stateReason})`}`;
  switch (state) {
    case 'Active':
    case 'Pending':
      return null;
    case 'Inactive':
      return `${fact}, so its first calls would fail. Invoke it once, wait until it is Active, then deploy it again.`;
    case 'Failed':
      return `${fact}, so it can never be called. Mend the cause and publish another version.`;
  }
}
