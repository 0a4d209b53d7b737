/** Reads the callers of a function, and which of the names that they call belong to other services. */

import { isSlipwayError } from '../../domain/errors.ts';
import type { CallersFact } from '../../domain/lambda/callers.ts';
import type { LambdaTarget } from '../../domain/service/service-spec.ts';
import { onAlias } from '../../domain/service/target.ts';
import type { Callers } from '../../ports/callers.ts';
import type { Services } from '../../ports/services.ts';

export interface CallersRead {
  readonly callers: CallersFact;
  readonly siblings: readonly string[];
}

/** A failed read of the callers does not stop a hotfix, for which it could only give warnings. */
export async function readCallers(
  { callers, services }: { readonly callers: Callers; readonly services: Pick<Services, 'list'> },
  { target, hotfix }: { readonly target: LambdaTarget; readonly hotfix: boolean },
): Promise<CallersRead> {
  const [found, all] = await Promise.all([
    callers.read(target).catch((error: unknown): CallersFact => {
      if (!hotfix || !isSlipwayError(error)) throw error;
      return { triggers: [], calls: null, unread: [error.message] };
    }),
    services.list(),
  ]);
  const siblings = all.flatMap(({ spec }) => {
    const other = onAlias(spec.target);
    return other?.function === target.function && other.alias !== target.alias ? other.alias : [];
  });
  return { callers: found, siblings };
}
