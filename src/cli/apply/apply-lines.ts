/** The plan of `slipway apply` for a person: what changes in the register, field by field. */
import { styleText } from 'node:util';
import { stringify } from 'yaml';
import { wrapped } from '../print/wrapped.ts';
import type { Change } from './spec-difference.ts';

export interface Planned {
  readonly path: string;
  readonly name: string;
  /** Null for a service that is not registered. */
  readonly revision: number | null;
  readonly changes: readonly Change[];
  /** True when the file has a part that only a Slipway on this machine reads, and that no Slipway keeps. */
  readonly isRehearsed: boolean;
}

export function planLines({ path, name, revision, changes, isRehearsed }: Planned, width: number): string[] {
  const head = `${name}, from ${path}:`;
  if (revision === null) return wrapped({ sentence: `${head} a new service.`, width });
  if (changes.length === 0) {
    const rehearsed = isRehearsed ? ' To send its rehearsal again: --yes.' : '';
    return wrapped({ sentence: `${head} nothing changes; revision ${revision} stays.${rehearsed}`, width });
  }
  const fact = `${head} ${changes.length === 1 ? 'one change' : `${changes.length} changes`} to revision ${revision}.`;
  return [...wrapped({ sentence: fact, width }), ...changes.flatMap((change) => changeLines(change, width))];
}

function changeLines(change: Change, width: number): string[] {
  const { field, from, to } = change;
  const line = (sentence: string, bullet: string) => wrapped({ sentence, bullet, width });
  if (!('from' in change)) return line(`${field}: ${written(to)}`, '  + ').map((text) => styleText('green', text));
  if (!('to' in change)) return line(`${field}: ${written(from)}`, '  - ').map((text) => styleText('red', text));
  return line(`${field}: ${written(from)} -> ${written(to)}`, '  ~ ');
}

/** As the file would have it, on one line. */
function written(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: true }).trim();
}
