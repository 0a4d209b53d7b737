/**
 * The way back while the ledger is away: an alias that a red alarm looks at gives all its calls to its own version, and none to the
 * one with a weight. What is assumed is in decision 31. Nothing is recorded here; whoever comes with the ledger finds the calls back.
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

/** What fails here is not the reason why the event comes again: that is the ledger, which the caller waits for. */
async function quietly<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (isSlipwayError(error)) return null;
    throw error;
  }
}
