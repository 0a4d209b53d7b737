/** Looks at a deployment, again and again, until it is where a measurement goes on. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Slipway } from '../tests/cluster/a-slipway.ts';

const LOOK_EVERY_MS = 50;
const GIVE_UP_MS = 600_000;

export interface Looking {
  readonly id: string;
  readonly everyMs?: number | undefined;
}

/** Throws when it was not promoted. */
export async function ended(slipway: Slipway, { id, everyMs }: Looking): Promise<void> {
  const shown = await until(slipway, { id, everyMs, is: ({ settledAt }) => settledAt !== null });
  if (shown.status !== 'promoted') throw new Error(`Deployment ${id} was not promoted: ${shown.because}`);
}

export async function baking(slipway: Slipway, { id, everyMs }: Looking): Promise<void> {
  const isBaking = ({ timeline }: Shown) => timeline.at(-1)?.kind === 'BakeStarted';
  const shown = await until(slipway, { id, everyMs, is: (seen) => seen.settledAt !== null || isBaking(seen) });
  if (shown.settledAt !== null) throw new Error(`Deployment ${id} ended before its bake: ${shown.because}`);
}

type Shown = Awaited<ReturnType<Slipway['show']>>;

export async function until(
  slipway: Slipway,
  { id, everyMs = LOOK_EVERY_MS, is }: Looking & { readonly is: (shown: Shown) => boolean },
): Promise<Shown> {
  const giveUpAt = performance.now() + GIVE_UP_MS;
  for (;;) {
    const shown = await slipway.show(id);
    if (is(shown)) return shown;
    if (performance.now() > giveUpAt) throw new Error(`Deployment ${id} does not get on: it is ${shown.status}.`);
    await sleep(everyMs);
  }
}
