/** The reason that a command needs, which stands in the timeline for the others. */
import { SlipwayError } from '../../domain/errors.ts';

export function reasonFrom(reason: string | undefined): string {
  if (reason !== undefined) return reason;
  throw new SlipwayError('InvalidRequest', 'The reason is missing. Say why, for the timeline: --reason WHY');
}
