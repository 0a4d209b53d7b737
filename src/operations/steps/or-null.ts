/** Answers that stand for a refusal, where a caller goes on without what it asked for. */
import { isDenied, isSlipwayError } from '../../domain/errors.ts';

export interface Refused {
  /** In words. */
  readonly refused: string;
}

export function isRefused(read: unknown): read is Refused {
  return typeof read === 'object' && read !== null && 'refused' in read;
}

/** What IAM refuses is a fact that is told, and no failure. */
export async function orDenied<T>(answer: Promise<T>): Promise<T | Refused> {
  try {
    return await answer;
  } catch (error) {
    if (isDenied(error)) return { refused: error.message };
    throw error;
  }
}

/** Null where there is no such thing. */
export async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (isSlipwayError(error, 'NotFound')) return null;
    throw error;
  }
}
