/**
 * Counts what each oracle checked, because an oracle that checks nothing finds nothing. `print-seen.ts` prints the sums
 * at the end.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The number of each kind of thing: `{ statements: 412, actions: 69 }`. */
export type Seen = Readonly<Record<string, number>>;

/** Each oracle calls it once, in a test or after all of its tests. Throws when a number is 0. */
export function hasSeen(oracle: string, seen: Seen): void {
  const none = Object.keys(seen).filter((things) => !seen[things]);
  if (none.length > 0) throw new Error(`The oracle ${oracle} looked at no ${none.join(' and no ')}.`);
  writeFileSync(join(folder(), `${oracle}.json`), JSON.stringify(seen));
}

/** One line for each oracle: `oracle policies: 412 statements, 69 actions`. */
export function seenLines(): string[] {
  return readdirSync(folder())
    .sort()
    .map((file) => {
      const seen = JSON.parse(readFileSync(join(folder(), file), 'utf8')) as Seen;
      const counts = Object.entries(seen).map(([things, count]) => `${count} ${things}`);
      return `oracle ${file.replace(/\.json$/, '')}: ${counts.join(', ')}`;
    });
}

function folder(): string {
  return process.env.SLIPWAY_TEST_ORACLES_SEEN ?? '';
}
