/**
 * Rolls back without the ledger. An alias that a red alarm measures gets all its calls on its own version, and the
 * weighted version gets none. Decision 31 states the assumptions. It records nothing; the next process that has the
 * ledger finds the calls back on stable.
 */
import { isSlipwayError } from '../../domain/errors.ts';
import type { AlarmEvent } from '../../domain/remediation/remediation.ts';
import { unrecordedWayBack } from '../../domain/remediation/unrecorded-way-back.ts';
import type { Traffic } from '../../ports/traffic.ts';

export async function takeBackUnrecorded(
  { traffic }: { readonly traffic: Pick<Traffic, 'listSplits' | 'takeBack'> },
  { measured = [] }: Pick<AlarmEvent, 'measured'>,
): Promise<void> {
  const functions = [...new Set(measured.map((one) => one.function))];
  const aliases = await Promise.all(functions.map((name) => quietly(traffic.listSplits(name))));
  const ways = aliases.flatMap((found) => found ?? []).map((alias) => unrecordedWayBack(alias, measured));
  await Promise.all(ways.map((way) => way && quietly(traffic.takeBack(way))));
}

/**
 * The event comes again because the ledger is away, and the caller waits for that. A failure here is no second reason.
 */
async function quietly<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (isSlipwayError(error)) return null;
    throw error;
  }
}
