/**
 * What a run proved and what it could not show, in the words that it prints at its end. A claim is recorded with its
 * figures when its test has passed. A limit is recorded when its probe has just seen that the emulator falls short.
 * Neither is a constant.
 */
import { existsSync, readFileSync } from 'node:fs';

export interface Claim {
  readonly claim: string;
  readonly figures: string;
}

export interface Limit {
  readonly limit: string;
  /** What these tests do instead. Undefined when they do nothing, and the behaviour is not shown here. */
  readonly roundIt?: string | undefined;
  /** Empty when no other test proves it; the list says so. */
  readonly provedBy: readonly Elsewhere[];
}

/** A file of the project, and words in it: the name of the test, or the heading of the document. */
export interface Elsewhere {
  readonly file: string;
  readonly says: string;
}

/** A value that exists only after an earlier test has made it. */
export type Ask<T> = () => T;

const proved: Claim[] = [];
const limits: Limit[] = [];

/** The first failed test among those on which all later tests depend. */
let brokenOff: string | undefined;

/** A test whose name is a claim. The body returns its figures: `two weights`, `131 ms`. */
export function proves(claim: string, body: () => Promise<string>): void {
  test(claim, async () => {
    if (brokenOff !== undefined) throw new Error(`Not tried, because this failed before: ${brokenOff}.`);
    proved.push({ claim, figures: await body() });
  });
}

/** Like `proves`; when it fails, no later test is tried. */
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
  /**
   * Checks the emulator itself, and not Slipway. True when the emulator does what AWS does, so there is no such limit.
   */
  readonly isLikeAws: () => Promise<boolean>;
}

/** Resolves with true when the emulator does what AWS does. Otherwise the limit is recorded. */
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
