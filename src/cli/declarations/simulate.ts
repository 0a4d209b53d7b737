/** What `slipway simulate` takes. */
import { declare } from '../arguments/declaration.ts';

export const SIMULATE = declare({
  name: 'simulate',
  summary: 'Run whole rollouts with faults in virtual time',
  about: `Runs a whole installation with faults in virtual time, and checks after every step that what must hold does. One seed prints its trace; many print the seeds that failed, each with the line that replays it.`,
  arguments: [],
  options: {
    seed: { takes: 'N', default: '1', summary: 'The first seed. The same seed gives the same trace.' },
    seeds: { takes: 'COUNT', summary: 'Runs so many seeds, and prints the failures alone.' },
    rollouts: { takes: 'N', summary: 'How many rollouts each seed has. Left out: drawn from the seed.' },
  },
  examples: ['slipway simulate --seed 4500', 'slipway simulate --seeds 1000'],
  notes: 'Exit codes: 0 every invariant holds, 1 one is broken.',
});
