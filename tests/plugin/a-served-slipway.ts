/**
 * What `npm start` runs, with a team's function in its cloud, and the part of `serverless deploy` in which the plugin
 * talks to it.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Embedded } from '../../src/embedded/embedded.ts';
import type { RequestAuthorizer } from '../../src/functions/request-authorizer.ts';
import { anEmbedded } from '../embedded/an-embedded.ts';

const plugin = createRequire(import.meta.url)('../../plugin/release.js');

export const SERVICE = 'shop-dev-api';
const ANSWERS = {
  good: "export const handler = async () => ({ statusCode: 200, body: 'good' });",
  better: "export const handler = async () => ({ statusCode: 200, body: 'better' });",
  failing: "export const handler = async () => { throw new Error('broken by this release'); };",
} as const;
export type Code = keyof typeof ANSWERS;

export interface ServedSlipway {
  readonly url: string;
  readonly embedded: Embedded;
  /** Does what `serverless deploy` does first: the stack puts code into $LATEST. */
  deployStack(code: Code): Promise<void>;
  /**
   * Does what the plugin does after that. Resolves with what it printed, line by line in `said`. Throws the error that
   * ends the command.
   */
  release(settings?: Readonly<Record<string, unknown>>, said?: string[]): Promise<readonly string[]>;
  close(): Promise<void>;
}

export async function serveSlipway(authorize?: RequestAuthorizer): Promise<ServedSlipway> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-plugin-'));
  for (const [name, text] of Object.entries(ANSWERS)) writeFileSync(join(folder, `${name}.mjs`), text);
  const embedded = await anEmbedded(folder, { authorize });
  const url = `http://127.0.0.1:${embedded.port}`;
  return {
    url,
    embedded,
    async deployStack(code) {
      await embedded.cloud.putLatestHandler({
        functionName: SERVICE,
        artifact: { s3: { bucket: 'local', key: `${code}.mjs` } },
      });
    },
    release: (settings = {}, said = []) => released({ url, ...settings }, said),
    async close() {
      await embedded.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A service of the rehearsal: its handler is version 1, as the first version of the stack is. */
export const REGISTERED = {
  alarms: [`${SERVICE}-errors`],
  strategy: [{ setWeight: 50 }, { bake: { seconds: 5 } }],
  rehearsal: { handler: 'good.mjs', requestsPerSecond: 20 },
};

async function released(settings: Readonly<Record<string, unknown>>, said: string[]): Promise<readonly string[]> {
  const one = {
    key: 'api',
    name: SERVICE,
    service: SERVICE,
    alias: 'live',
    alarms: [],
    given: REGISTERED,
  };
  const all = { functions: [one], token: 'SLIPWAY_PLUGIN_TEST_TOKEN', follow: true, release: true, ...settings };
  const framework = { classes: { Error }, serviceDir: tmpdir() };
  await plugin.requireSlipway(framework, all);
  await plugin.release(framework, { settings: all, say: (line: string) => said.push(line) });
  return said;
}

export interface Gateway {
  readonly url: string;
  /** The method and the path of each request so far. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/**
 * A gateway before Slipway, as API Gateway is. It refuses the first `times` requests of a kind, and says when to try
 * again.
 */
export async function gateway(
  behind: string,
  { refuses, times, status }: { readonly refuses: string; readonly times: number; readonly status: number },
): Promise<Gateway> {
  const asked: string[] = [];
  const server: Server = createServer(async (request, response) => {
    const what = `${request.method} ${request.url}`;
    asked.push(what);
    if (what === refuses && asked.filter((one) => one === refuses).length <= times) {
      response.writeHead(status, { 'retry-after': '0.2' }).end('{"message":"Too Many Requests"}');
      return;
    }
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const body = parts.length === 0 ? undefined : Buffer.concat(parts);
    const headers = Object.entries(request.headers).filter(
      ([name]) => !/^(host|connection|content-length)$/.test(name),
    );
    const answer = await fetch(`${behind}${request.url}`, {
      method: request.method ?? 'GET',
      headers: headers.map(([name, value]) => [name, String(value)]),
      ...(body === undefined ? {} : { body }),
    });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
