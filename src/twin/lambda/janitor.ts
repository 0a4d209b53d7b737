/**
 * A cleanup that teams run to stay below Lambda's storage limit: it deletes all versions except the newest and those
 * that an alias holds.
 */
import { isSlipwayError } from '../../domain/errors.ts';
import type { Lambda } from './lambda.ts';

/** Returns the versions that it deleted. */
export function deleteOldVersions(
  lambda: Lambda,
  { functionName, keep }: { functionName: string; keep: number },
): string[] {
  const versions = Object.keys(lambda.getFunction(functionName).versions).sort((a, b) => Number(b) - Number(a));
  return versions.slice(keep).filter((version) => {
    try {
      lambda.deleteVersion(functionName, { version });
      return true;
    } catch (error) {
      if (isSlipwayError(error, 'Conflict')) return false;
      throw error;
    }
  });
}
