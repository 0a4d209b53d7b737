/**
 * Sends messages in batches of the size that AWS accepts. When a later batch fails, the earlier ones still count as
 * sent.
 */
import { isSlipwayError, type SlipwayError } from '../domain/errors.ts';

export interface BatchLimits<T> {
  readonly countMax: number;
  readonly bytesMax: number;
  readonly bytesOf: (item: T) => number;
}

/** Keeps the order. An item that is too large alone gets its own batch. */
export function batchesOf<T>(items: readonly T[], { countMax, bytesMax, bytesOf }: BatchLimits<T>): T[][] {
  const batches: T[][] = [];
  let bytes = 0;
  for (const item of items) {
    const batch = batches.at(-1);
    if (batch !== undefined && batch.length < countMax && bytes + bytesOf(item) <= bytesMax) {
      batch.push(item);
      bytes += bytesOf(item);
    } else {
      batches.push([item]);
      bytes = bytesOf(item);
    }
  }
  return batches;
}

/** The result of one batch: the ids that were sent, and why the others were not. */
export interface Sent {
  readonly ids: readonly string[];
  readonly refused: SlipwayError | null;
}

/** Returns the ids that were sent. Throws only when none was sent, because otherwise the reason would be lost. */
export async function sendAll<T>(batches: readonly T[], send: (batch: T) => Promise<Sent>): Promise<string[]> {
  const ids: string[] = [];
  let failure: unknown = null;
  for (const batch of batches) {
    try {
      const sent = await send(batch);
      ids.push(...sent.ids);
      failure ??= sent.refused;
    } catch (error) {
      failure ??= error;
      // After a failure that may pass, no more batches are tried now: the outbox keeps the rest.
      if (isSlipwayError(error, 'Transient')) break;
    }
  }
  if (ids.length === 0 && failure !== null) throw failure;
  return ids;
}

export function utf8Bytes(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
