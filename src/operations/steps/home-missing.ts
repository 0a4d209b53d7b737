/** Tells whether the version before is gone, or the alias itself. */

import type { OwnSplit } from '../../domain/deployment/traffic-record.ts';
import { isSlipwayError } from '../../domain/errors.ts';
import type { Traffic } from '../../ports/traffic.ts';

/** True when the alias has all calls on the canary. Then the missing part is the version to roll back to. */
export async function isHomeMissing(
  { traffic }: { readonly traffic: Pick<Traffic, 'readSplit'> },
  { target, canary }: OwnSplit,
): Promise<boolean> {
  try {
    const { stable, canaryPercent } = await traffic.readSplit(target);
    return stable === canary && canaryPercent === 0;
  } catch (error) {
    if (isSlipwayError(error, 'NotFound')) return false;
    throw error;
  }
}
