/** Runs jobs at once and prints them one after the other, as if each had waited for the job before. */
export type Say = (line: string) => void;

/**
 * Each job prints to its own `say`. The lines of the first job are printed at once. The lines of a later job are
 * printed when all earlier jobs are done, and from then on at once. Resolves with the results in order; throws the
 * first failure in that order.
 */
export async function inTurn<T>(jobs: readonly ((say: Say) => Promise<T>)[], out: Say): Promise<T[]> {
  const running = jobs.map((job) => {
    const lines = held(out);
    return { lines, settled: Promise.allSettled([job(lines.say)]) };
  });
  const results: T[] = [];
  for (const { lines, settled } of running) {
    lines.release();
    const [outcome] = await settled;
    if (outcome.status === 'rejected') throw outcome.reason;
    results.push(outcome.value);
  }
  return results;
}

function held(out: Say): { readonly say: Say; readonly release: () => void } {
  const kept: string[] = [];
  let isReleased = false;
  return {
    say(line) {
      if (isReleased) out(line);
      else kept.push(line);
    },
    release() {
      isReleased = true;
      for (const line of kept.splice(0)) out(line);
    },
  };
}
