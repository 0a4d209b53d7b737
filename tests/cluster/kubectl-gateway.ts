/** A gateway between kubectl and the API server that loses requests or answers when a test asks for it. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Access } from './kubectl-settings.ts';

/**
 * `lost`: the request is not passed on. `unanswered`: the request is passed on, and its answer is lost. `silent`: no
 * answer ever comes.
 */
export type Fault = 'lost' | 'unanswered' | 'silent';

export interface Gateway {
  readonly url: string;
  /** The number of requests so far. */
  requests(): number;
  /** From now on requests of these methods fail. With null, none fails. */
  fails(fault: Fault | null, ...methods: readonly string[]): void;
  close(): Promise<void>;
}

export async function openGateway({ cluster, user }: Access): Promise<Gateway> {
  let fault: Fault | null = null;
  let failing: readonly string[] = [];
  let requests = 0;
  const server = createServer(async (incoming, response) => {
    requests += 1;
    const now = failing.includes(incoming.method ?? '') ? fault : null;
    if (now === 'lost') return incoming.socket.destroy();
    const answer = await pass(incoming, { cluster, user });
    if (now === null) return hand(answer, response);
    // An answer that is not read would keep its connection open.
    answer.resume();
    if (now === 'unanswered') incoming.socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => requests,
    fails(which, ...methods) {
      fault = which;
      failing = methods;
    },
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function pass(incoming: IncomingMessage, { cluster, user }: Access): Promise<IncomingMessage> {
  const { method, headers } = incoming;
  const { host: _, ...kept } = headers;
  const outgoing = request(`${cluster.server}${incoming.url}`, {
    ...(method && { method }),
    headers: { ...kept, authorization: `Bearer ${user.token}` },
    ca: Buffer.from(cluster['certificate-authority-data'] ?? '', 'base64'),
  });
  incoming.pipe(outgoing);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  return answer;
}

function hand(answer: IncomingMessage, response: ServerResponse): void {
  response.writeHead(answer.statusCode ?? 500, answer.headers);
  // The answer to a watch begins long before its first part.
  response.flushHeaders();
  answer.pipe(response);
}
