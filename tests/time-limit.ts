/**
 * jest-light-runner sets no time limit. This one ends a test or a hook that hangs, on a busy machine too: a limit is never for what is
 * slow.
 */
import { addEventHandler } from 'jest-circus';

const LIMIT_MS = 300_000;
// A test may replace the timers of its process.
const { setTimeout, clearTimeout } = globalThis;

addEventHandler((event, { currentDescribeBlock: { tests, hooks } }) => {
  const added = event.name === 'add_test' ? tests.at(-1) : event.name === 'add_hook' ? hooks.at(-1) : undefined;
  if (added?.fn) added.fn = limited(added.fn as Step, added.timeout ?? LIMIT_MS);
});

type Step = () => unknown;

function limited(step: Step, limitMs: number): () => Promise<unknown> {
  return async () => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`It has not ended in ${limitMs} ms, so it hangs.`)), limitMs);
    });
    try {
      return await Promise.race([step(), late]);
    } finally {
      clearTimeout(timer);
    }
  };
}
