/**
 * What a run proved and what it could not show, in the words that it ends with. A claim is recorded when its test has
 * passed, with its figures; a limit when its probe has just seen that the emulator falls short. Neither is a constant.
 */
import { existsSync, readFileSync } from 'node:fs';

export interface Claim {
  readonly claim: string;
  readonly figures: string;
}

export interface Limit {
  readonly limit: string;
  /** What these tests do instead; undefined: nothing, it is not shown here. */
  readonly roundIt?: string | undefined;
  /** Empty: nowhere, and the list says so. */
  readonly provedBy: readonly Elsewhere[];
}

/** A file of the project, and words that stand in it: the name of the test, or the heading of the document. */
export interface Elsewhere {
  readonly file: string;
  readonly says: string;
}

/** What there is only when an earlier test has made it. */
export type Ask<T> = () => T;

const proved: Claim[] = [];
const limits: Limit[] = [];

/** The first of those on which all later tests stand that has failed. */
let brokenOff: string | undefined;

/** A test whose name is a claim. What the body returns are its figures: `two weights`, `131 ms`. */
export function proves(claim: string, body: () => Promise<string>): void {
  test(claim, async () => {
    if (brokenOff !== undefined) throw new Error(`Not tried, because this failed before: ${brokenOff}.`);
    proved.push({ claim, figures: await body() });
  });
}

/** The same, and when it fails, nothing that comes after it is tried. */
export function founds(claim: string, body: () => Promise<string>): void {
  proves(claim, async () => {
    try {
      return await body();
    } catch (error) {
      brokenOff = claim;
      throw error;
    }
  });
}

export interface Probe extends Limit {
  /** Looks at the emulator itself, and not at Slipway. True: it does what AWS does, and there is no such limit. */
  readonly isLikeAws: () => Promise<boolean>;
}

/** Resolves with whether the emulator does as AWS does; the limit goes on the list when it does not. */
export async function probe({ isLikeAws, ...limit }: Probe): Promise<boolean> {
  for (const { file, says } of limit.provedBy) {
    if (!existsSync(file) || !readFileSync(file, 'utf8').includes(says)) {
      throw new Error(`${file} does not say "${says}". Say where it is proved that ${limit.limit}, or prove it.`);
    }
  }
  const whole = await isLikeAws();
  if (!whole) limits.push(limit);
  return whole;
}

export function printClaims({ emulator, effort }: { emulator: string; effort: string }): void {
  const lines = [
    '',
    `Proved by this run, on ${emulator}, with ${effort}:`,
    ...proved.map(({ claim, figures }) => `  + ${claim}${figures === '' ? '' : ` (${figures})`}`),
    '',
    limits.length === 0
      ? 'The emulator fell short of nothing that was looked at.'
      : 'What the emulator could not show, seen by a probe in this run, and where it is proved instead:',
    ...limits.flatMap(({ limit, roundIt, provedBy }) => [
      `  - ${limit}`,
      ...(roundIt === undefined ? [] : [`      here: ${roundIt}`]),
      ...(provedBy.length === 0 ? ['      not proved anywhere else'] : []),
      ...provedBy.map(({ file, says }) => `      ${file}: "${says}"`),
    ]),
    '',
  ];
  process.stdout.write(lines.join('\n'));
}
