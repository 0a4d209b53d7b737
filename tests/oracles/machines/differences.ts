/** Finds where two traces of one path differ. */
import { isDeepStrictEqual } from 'node:util';
import type { Path } from './machine-paths.ts';
import type { Trace } from './trace.ts';

/** Returns one line for each path on which the interpreters differ: the path, and what each interpreter did. */
export function differencesOf(
  paths: readonly Path[],
  { moto, runner }: { readonly moto: readonly Trace[]; readonly runner: readonly Trace[] },
): string[] {
  return paths.flatMap(({ claim }, index) => {
    const [theirs, ours] = [moto[index], runner[index]];
    if (theirs === undefined || ours === undefined) return [`${claim}: one of the interpreters did not run it.`];
    const [what] = differing(theirs, ours);
    return what === undefined ? [] : [`${claim}: moto has ${what.moto}, and the rehearsal has ${what.runner}.`];
  });
}

function differing(theirs: Trace, ours: Trace): { readonly moto: string; readonly runner: string }[] {
  const pairs: [unknown, unknown][] = [
    [theirs.states, ours.states],
    [theirs.tasks.map(({ state }) => state), ours.tasks.map(({ state }) => state)],
    ...theirs.tasks.map((task, index): [unknown, unknown] => [task, ours.tasks[index]]),
    [endOf(theirs), endOf(ours)],
  ];
  return pairs
    .filter(([one, other]) => !isDeepStrictEqual(one, other))
    .map(([one, other]) => ({ moto: JSON.stringify(one), runner: JSON.stringify(other) }));
}

/** An empty cause counts as no cause. */
function endOf({ status, error, cause }: Trace) {
  return { status, error, cause: cause === '' ? null : cause };
}
