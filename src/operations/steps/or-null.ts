/** Turns an error into a value where the caller can go on without the answer. */
import { isDenied, isSlipwayError } from '../../domain/errors.ts';

export interface Refused {
  /** The reason in words. */
  readonly refused: string;
}

export function isRefused(read: unknown): read is Refused {
  return typeof read === 'object' && read !== null && 'refused' in read;
}

/** A refusal by IAM is a fact to report, and not a failure. */
export async function orDenied<T>(answer: Promise<T>): Promise<T | Refused> {
  try {
    return await answer;
  } catch (error) {
    if (isDenied(error)) return { refused: error.message };
    throw error;
  }
}

/** Returns null when the thing does not exist. */
export async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (isSlipwayError(error, 'NotFound')) return null;
    throw error;
  }
}
