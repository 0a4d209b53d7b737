/** Gives back what a start has used. Node keeps the heap of the loaded sources, over 100 MB, while little happens. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export function releaseMemory(): void {
  setFlagsFromString('--expose-gc');
  const collect: (how: { readonly type: 'major'; readonly flavor: 'last-resort' }) => void = runInNewContext('gc');
  collect({ type: 'major', flavor: 'last-resort' });
}
