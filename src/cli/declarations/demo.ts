/** What `slipway demo` takes. */
import { declare } from '../arguments/declaration.ts';

export const DEMO = declare({
  name: 'demo',
  summary: 'Deploy a good version and a bad one, and see the bad one rolled back',
  about: `Promotes a good version and rolls back a bad one by its alarm, on Lambda and on Kubernetes, in a rehearsal cloud on this machine. It also rolls back a slow version that no alarm detects.`,
  arguments: [],
  options: {},
  examples: ['slipway demo'],
  notes: 'Exit codes: 0 all of them ended as they should, 1 one did not.',
});
