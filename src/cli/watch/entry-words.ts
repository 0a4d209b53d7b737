/** An entry of a timeline in one sentence. */
import { type EntryKind, titleOf } from '../../domain/deployment/timeline.ts';
import { styleOf } from '../print/timeline-lines.ts';
import type { Style } from './paint.ts';
import type { Shown } from './seen.ts';

type Entry = Shown['timeline'][number];

/** `traffic shifted: Step 1 of 6: 25 % of the calls. (25 %)`. */
export function entryWords({ kind, because, data }: Entry): string {
  const percent = data?.canaryPercent;
  return `${titleOf(kind)}: ${because}${typeof percent === 'number' ? ` (${percent} %)` : ''}`;
}

export function entryStyle(kind: EntryKind): Style {
  return styleOf(kind);
}
