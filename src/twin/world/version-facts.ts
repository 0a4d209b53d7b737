/** What the rehearsed Lambda reports about a version. */
import { createHash } from 'node:crypto';
import type { Fingerprint } from '../../domain/lambda/fingerprint.ts';
import type { VersionFact } from '../../domain/lambda/version-fact.ts';
import { stateAt } from './version-state.ts';
import type { Code, FunctionVersion } from './world.ts';

export function factOf(found: FunctionVersion, now: number): VersionFact {
  const { version, roleArn, deadLetterArn = null } = found;
  const { state, reason } = stateAt(found, now);
  return {
    version,
    roleArn,
    deadLetterArn,
    state,
    stateReason: reason,
    ...(found.code.kind === 'handler' && { packageType: 'Zip' as const }),
    fingerprint: fingerprintOf(found),
    otherSettings: sha256([deadLetterArn]),
  };
}

/** True when a publish of one version would give the other again. */
export function isSameVersion(one: FunctionVersion, other: FunctionVersion): boolean {
  const madeOf = (version: FunctionVersion) => sha256([fingerprintOf(version), version.deadLetterArn]);
  return one.codeSha256 !== undefined && madeOf(one) === madeOf(other);
}

function fingerprintOf({ codeSha256, roleArn, timeoutMs, environment }: FunctionVersion): Fingerprint | null {
  if (codeSha256 === undefined) return null;
  return { codeSha256, settingsSha256: sha256([roleArn, timeoutMs, Object.entries(environment).sort()]) };
}

/** Like CodeSha256: the same code from another file has the same hash. */
export function codeSha256Of(code: Code): string {
  return code.kind === 'handler' ? Buffer.from(code.sha256, 'hex').toString('base64') : sha256(code);
}

function sha256(document: unknown): string {
  return createHash('sha256').update(JSON.stringify(document)).digest('base64');
}
