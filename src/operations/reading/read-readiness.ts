/** Checks whether the parts that every deployment needs can be reached, and says which part cannot, and why. */
import { isSlipwayError } from '../../domain/errors.ts';
import type { Part, Readiness } from '../../domain/health.ts';
import type { Reachable } from '../../ports/reachable.ts';

export async function readReadiness({
  database,
  workflows,
}: {
  readonly database: Reachable;
  readonly workflows: Reachable;
}): Promise<Readiness> {
  const parts = await Promise.all([checkPart('database', database), checkPart('workflows', workflows)]);
  return { ready: parts.every(({ ok }) => ok), parts };
}

async function checkPart(name: string, part: Reachable): Promise<Part> {
  try {
    await part.check();
    return { name, ok: true, detail: 'reachable' };
  } catch (error) {
    // Shows only Slipway's own messages: the message of a driver may hold a host or a user name.
    return { name, ok: false, detail: isSlipwayError(error) ? error.message : `The ${name} could not be checked.` };
  }
}
