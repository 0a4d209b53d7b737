/**
 * Reads a JSON document of an issuer over https, with limits of time and size and without redirects. It uses
 * node:https, because fetch loads undici, which takes longer than the rest of an authorizer's start.
 */
import type { request as httpRequest, IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { SlipwayError } from '../domain/errors.ts';

export type FetchJson = (url: string) => Promise<unknown>;

/** The access to the network. Tests put a loopback server here. */
export interface Network {
  readonly request: typeof httpRequest;
  readonly timeoutMs: number;
}

export const secureNetwork: Network = { request: httpsRequest, timeoutMs: 3_000 };

export const DOCUMENT_BYTES_MAX = 256 * 1_024;

/** Throws Transient, with the host and the reason, unless the answer is a JSON document with status 200. */
export function fetchJson(network: Network = secureNetwork): FetchJson {
  return async (url) => {
    try {
      return JSON.parse(await get(network, url));
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      const message = `Could not read ${url}: ${why}. It may work in a moment; if not, check the parameter oidcIssuers.`;
      throw new SlipwayError('Transient', message, { cause });
    }
  };
}

function get(network: Network, url: string): Promise<string> {
  const { protocol, hostname, port, pathname, search } = new URL(url);
  if (protocol !== 'https:') throw new Error('it is not https');
  return new Promise((settle, reject) => {
    const request = network.request({
      method: 'GET',
      hostname: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? 443 : port,
      path: `${pathname}${search}`,
      headers: { accept: 'application/json' },
      // The limit covers the whole exchange, so an answer that arrives too slowly also fails.
      signal: AbortSignal.timeout(network.timeoutMs),
    });
    request.on('error', reject);
    request.on('response', (response) => {
      readText(response).then(settle, (error) => {
        request.destroy();
        reject(error);
      });
    });
    request.end();
  });
}

async function readText(response: IncomingMessage): Promise<string> {
  if (response.statusCode !== 200) throw new Error(`it answered ${response.statusCode}`);
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) {
    text += chunk;
    if (text.length > DOCUMENT_BYTES_MAX) throw new Error(`it has more than ${DOCUMENT_BYTES_MAX} bytes`);
  }
  return text;
}
