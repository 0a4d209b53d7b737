/** A published version of a Lambda function as Lambda describes it, and what its state means for a rollout. */
import { type Fingerprint, isSame } from './fingerprint.ts';

/**
 * Calls reach a version only in the state `Active`.
 * * `Pending`: Lambda still prepares it (a snapshot, a network interface, an image).
 * * `Inactive`: it was idle for so long that Lambda reclaimed its resources. One call fails and wakes it.
 * * `Failed`: it stays so for ever.
 * * `Stopped`: any other word of Lambda (Deactivated, ActiveNonInvocable, Deleting). None of them says that the version
 *   takes calls.
 */
export type VersionState = 'Active' | 'Pending' | 'Inactive' | 'Failed' | 'Stopped';

/**
 * Lambda's name for the code that was uploaded last and is not published. It changes in place, so no rollback can
 * return to it.
 */
export const LATEST = '$LATEST';

/** True for a number that Lambda can give to a published version: from 1 up, without leading zeros. */
export function isVersionNumber(version: string): boolean {
  return /^[1-9]\d{0,19}$/.test(version);
}

export interface VersionFact {
  readonly version: string;
  readonly roleArn: string;
  /** The queue or topic for failed calls; null when the version has none. */
  readonly deadLetterArn: string | null;
  readonly state: VersionState;
  /** AWS's own words; null when AWS gives no reason, as for an Active version. */
  readonly stateReason: string | null;
  /** What the function is made of; left out when it is not known. */
  readonly packageType?: 'Zip' | 'Image' | undefined;
  /** Null when Lambda reports no fingerprint of the version. */
  readonly fingerprint: Fingerprint | null;
  /** The SHA-256 of the settings that the fingerprint leaves out, such as tracing and logging. */
  readonly otherSettings?: string | undefined;
}

/** True only when publishing one of the two would give the other. An unknown setting counts as a change. */
export function isSameVersion(one: VersionFact, other: VersionFact): boolean {
  const areKnown = one.otherSettings !== undefined && one.otherSettings === other.otherSettings;
  return areKnown && isSame(one.fingerprint, other.fingerprint);
}

/** The message when `$LATEST` has changed since its deployment was requested. */
export function changedSinceInWords({ function: name }: { readonly function: string }): string {
  const fact = `The code or the settings in ${LATEST} of ${name} were changed after this deployment was asked for, so they were not published.`;
  return `${fact} Deploy "latest" again.`;
}

export interface PairProblem {
  readonly check: 'sameRole' | 'sameDeadLetters';
  readonly detail: string;
}

/**
 * Why Lambda refuses the two versions behind one alias; null when it accepts them. Preflight reports it, so that the
 * rollout does not fail in the middle.
 */
export function pairProblem(stable: VersionFact, canary: VersionFact): PairProblem | null {
  if (stable.roleArn !== canary.roleArn) {
    const detail = `Version ${canary.version} runs as ${canary.roleArn} and version ${stable.version}, which is live, as ${stable.roleArn}; both behind an alias need the same role. Publish it with the live role.`;
    return { check: 'sameRole', detail };
  }
  if (stable.deadLetterArn === canary.deadLetterArn) return null;
  const [ofCanary, ofStable] = [canary, stable].map(({ deadLetterArn }) => deadLetterArn ?? 'nowhere');
  const detail = `Version ${canary.version} sends calls that failed to ${ofCanary} and version ${stable.version}, which is live, to ${ofStable}; both behind an alias need the same dead-letter queue. Publish it with the live one, or use a destination, which each version has for itself.`;
  return { check: 'sameDeadLetters', detail };
}

/** Why the version cannot get calls, and the next step. Null when it can, or when Slipway only has to wait for it. */
export function versionProblem({ version, state, stateReason }: VersionFact): string | null {
  const fact = `Version ${version} is ${state}${stateReason === null ? '' : ` (${stateReason})`}`;
  switch (state) {
    case 'Active':
    case 'Pending':
      return null;
    case 'Inactive':
      return `${fact}, so its first calls would fail. Invoke it once, wait until it is Active, then deploy it again.`;
    case 'Stopped':
      return `${fact}, so calls to it fail. Make it Active again, or name another version.`;
    case 'Failed':
      return `${fact}, so it can never be called. Mend the cause and publish another version.`;
  }
}
