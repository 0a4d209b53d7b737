/** Starts what `npm start` runs, in its own folder, with the settings that a test asks for. */
import { join } from 'node:path';
import { type Embedded, type EmbeddedOrder, startEmbedded } from '../../src/embedded/embedded.ts';

/** Listens on a free port and prints nothing. Handlers are in the folder, and the state is in a folder below it. */
export function anEmbedded(folder: string, settings: Partial<EmbeddedOrder> = {}): Promise<Embedded> {
  const quiet = { port: 0, log: () => {}, onFailure: () => {} };
  return startEmbedded({ ...quiet, dataDir: join(folder, 'state'), root: folder, ...settings });
}
