/**
 * Opens the store as the functions have it: its statements are built at bundling, and its driver has only the parts
 * that it needs.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Clock } from '../../src/ports/clock.ts';
import type { Database } from '../../src/store/database.ts';
import type { openDatabase } from '../../src/store/postgres.ts';
import { bundled } from '../repo/bundled.ts';
import type { StorePorts } from './store-contract.ts';

const ENTRY = `
export { openDatabase } from './src/store/postgres.ts';
import { listedDeploymentStore } from './src/store/deployment-pages.ts';
import { idempotencyStore } from './src/store/idempotency-store.ts';
import { outboxStore } from './src/store/outbox-store.ts';
import { pipelineRunStore } from './src/store/pipeline-run-store.ts';
import { reachableDatabase } from './src/store/reachable-database.ts';
import { serviceStore } from './src/store/service-store.ts';
import { turnStore } from './src/store/turn-store.ts';
import { upkeepStore } from './src/store/upkeep-store.ts';
import { verdictStore } from './src/store/verdict-store.ts';
export const portsOf = (database, clock) => ({
  deployments: listedDeploymentStore(database, clock),
  services: serviceStore(database),
  outbox: outboxStore(database),
  pipelineRuns: pipelineRunStore(database, clock),
  idempotency: idempotencyStore(database),
  verdicts: verdictStore(database),
  turns: turnStore(database, { clock, callsPerSecond: 10 }),
  reachable: reachableDatabase(database),
  upkeep: upkeepStore(database),
});
`;

export interface BundledStore {
  readonly openDatabase: typeof openDatabase;
  readonly portsOf: (database: Database, clock: Clock) => StorePorts;
  /** The packages that have a part in the bundle. */
  readonly packages: readonly string[];
}

export async function bundledStore(): Promise<BundledStore> {
  const outfile = join(mkdtempSync(join(tmpdir(), 'slipway-store-')), 'store.mjs');
  const { outputs } = await bundled({ outfile, contents: ENTRY });
  const inputs = Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs));
  const packages = inputs
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .flatMap(([path]) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []);
  return { ...(await import(pathToFileURL(outfile).href)), packages: [...new Set(packages)] };
}
