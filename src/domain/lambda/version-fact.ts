/** A published version of a Lambda function as Lambda describes it, and what its state means for a rollout. */
import { type Fingerprint, isSame } from './fingerprint.ts';

/**
 * Calls reach `Active` only. `Pending`: Lambda still prepares it (a snapshot, a network interface, an image). `Inactive`:
 * it was idle for so long that Lambda took its resources back; one call fails, and wakes it. `Failed` never becomes another.
 * `Stopped`: any other word of Lambda's (Deactivated, ActiveNonInvocable, Deleting), of which none says that calls are taken.
 */
export type VersionState = 'Active' | 'Pending' | 'Inactive' | 'Failed' | 'Stopped';

/** Lambda's name of the code that was uploaded last and is not published. It changes in place, so nobody can go back to it. */
export const LATEST = '$LATEST';

/** True of a number that Lambda can have given to a published version: from 1 on, without leading zeros. */
export function isVersionNumber(version: string): boolean {
  return /^[1-9]\d{0,19}$/.test(version);
}

export interface VersionFact {
  readonly version: string;
  readonly roleArn: string;
  /** The queue or topic for calls that failed; null when it has none. */
  readonly deadLetterArn: string | null;
  readonly state: VersionState;
  /** In AWS's words; null when there is none, as for a version that is Active. */
  readonly stateReason: string | null;
  /** Null when Lambda does not say what the version is made of. */
  readonly fingerprint: Fingerprint | null;
  /** The SHA-256 of the settings that the fingerprint leaves out, such as tracing and logging. */
  readonly otherSettings?: string | undefined;
}

/** True only when a version published from the one would be the other: what is not known counts as a change. */
export function isSameVersion(one: VersionFact, other: VersionFact): boolean {
  const areKnown = one.otherSettings !== undefined && one.otherSettings === other.otherSettings;
  return areKnown && isSame(one.fingerprint, other.fingerprint);
}

/** `$LATEST` is not what it was when its deployment was asked for. */
export function changedSinceInWords({ function: name }: { readonly function: string }): string {
  const fact = `The code or the settings in ${LATEST} of ${name} were changed after this deployment was asked for, so they were not published.`;
  return `${fact} Deploy "latest" again.`;
}

export interface PairProblem {
  readonly check: 'sameRole' | 'sameDeadLetters';
  readonly detail: string;
}

/** Why Lambda refuses the two versions behind one alias; null when it takes them. Said before rather than in mid-rollout. */
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

/** Why the version can get no calls, and the next step; null when it can, or when it only has to be waited for. */
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
