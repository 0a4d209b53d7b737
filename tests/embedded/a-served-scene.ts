/** Serves the whole API through a real HTTP server. Behind it are the ledger and the simulated Lambda of a scene. */

import { type ApiPorts, routeTable } from '../../src/embedded/route-table.ts';
import { apiServer } from '../../src/embedded/server/api-server.ts';
import { rehearsalLedger } from '../../src/twin/ledger/ledger.ts';
import type { Scene } from '../operations/a-scene.ts';

/** The fields that tests read from an answer. The fields that are present depend on the answer. */
interface Answer {
  readonly id: string;
  readonly detail: string;
  readonly errors: readonly { readonly pointer: string }[];
  readonly findings: readonly unknown[];
  readonly parts: readonly unknown[];
}

/** The servers that are closed after each test. */
export const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

export async function served(scene: Scene, change: Partial<ApiPorts> = {}) {
  const reachable = { database: { check: async () => {} }, workflows: { check: async () => {} } };
  const { idempotency } = rehearsalLedger({ clock: scene.ports.clock });
  const routes = routeTable(
    { ...scene.ports, idempotency, reachable, ...change },
    { log: () => {}, measures: { record: () => {} } },
  );
  const server = await apiServer({ routes, port: 0, log: () => {} });
  opened.push(server);
  return async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const content = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        connection: 'close',
        ...headers,
      },
      ...(body === undefined ? {} : { body: content }),
    });
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json().catch(() => null)) as Answer,
    };
  };
}
