/** What `npm start` runs, in a folder of its own, with what of its settings a test asks for. */
import { join } from 'node:path';
import { type Embedded, type EmbeddedOrder, startEmbedded } from '../../src/embedded/embedded.ts';

/** On a free port, and silent. Handlers lie in the folder, and the state below it. */
export function anEmbedded(folder: string, settings: Partial<EmbeddedOrder> = {}): Promise<Embedded> {
  const quiet = { port: 0, log: () => {}, onFailure: () => {} };
  return startEmbedded({ ...quiet, dataDir: join(folder, 'state'), root: folder, ...settings });
}
