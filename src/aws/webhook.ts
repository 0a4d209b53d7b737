/**
 * Posts to an address from a team's spec. The address is untrusted input: it could make Slipway's role read the
 * metadata service or a private network. So Slipway posts only with https, to public addresses, to the given port and
 * path, without redirects and credentials. The address is checked when the connection is made, so a name that later
 * resolves to another address gains nothing. A check inside a VPC is a function hook.
 */
import { type LookupAddress, lookup as resolve } from 'node:dns';
import type { request as httpRequest, IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { SlipwayError } from '../domain/errors.ts';
import { isPublicAddress } from './public-address.ts';

/** `refused` says why Slipway does not post to the address. */
export type WebhookAnswer = { readonly status: number; readonly text: string } | { readonly refused: string };

/** The access to the network. Tests put a loopback server here. */
export interface Network {
  readonly request: typeof httpRequest;
  readonly lookup: LookupFunction;
  readonly timeoutMs: number;
}

export const publicNetwork: Network = { request: httpsRequest, lookup: publicOnly(resolve), timeoutMs: 10_000 };

const TEXT_BYTES_MAX = 400;

export async function postToPublicHost(
  { url, body }: { readonly url: string; readonly body: string },
  network: Network = publicNetwork,
): Promise<WebhookAnswer> {
  const refused = refusalOf(url);
  if (refused !== null) return { refused };
  try {
    return await post({ url: new URL(url), body, network });
  } catch (error) {
    if (error instanceof Error && 'isPrivate' in error) return { refused: error.message };
    const why = error instanceof Error ? error.message : String(error);
    const fact = `Could not reach the webhook at ${new URL(url).host}: ${why}.`;
    throw new SlipwayError('Transient', `${fact} It may work in a moment.`, { cause: error });
  }
}

function refusalOf(text: string): string | null {
  if (!URL.canParse(text)) return `The webhook ${text} is not an address. Give one that begins with https://`;
  const { protocol, username, password, hostname, host } = new URL(text);
  if (protocol !== 'https:') return `The webhook at ${host} is not https. Give an address that begins with https://`;
  if (username !== '' || password !== '') return `The webhook at ${host} carries a name and a password. Remove them.`;
  const address = hostname.replace(/^\[|\]$/g, '');
  // A literal address is never looked up, so it is checked here.
  return isIP(address) !== 0 && !isPublicAddress(address) ? notPublic(host) : null;
}

function post({ url, body, network }: { url: URL; body: string; network: Network }): Promise<WebhookAnswer> {
  return new Promise((settle, reject) => {
    const request = network.request({
      method: 'POST',
      hostname: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port === '' ? 443 : url.port,
      path: `${url.pathname}${url.search}`,
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      lookup: network.lookup,
      // The limit covers the whole exchange, so an answer that arrives too slowly also fails.
      signal: AbortSignal.timeout(network.timeoutMs),
    });
    request.on('error', reject);
    request.on('response', (response) => {
      readText(response).then((text) => settle({ status: response.statusCode ?? 0, text }), reject);
    });
    request.end(body);
  });
}

/** Returns the beginning of the answer; the rest is not read. */
async function readText(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) {
    text += chunk;
    if (text.length >= TEXT_BYTES_MAX) break;
  }
  return text.slice(0, TEXT_BYTES_MAX).trim();
}

/** A lookup that fails when any of the name's addresses is not public. */
export function publicOnly(resolveName: typeof resolve): LookupFunction {
  return (hostname, options, callback) =>
    resolveName(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error !== null) return callback(error, '');
      const [first] = addresses;
      if (first === undefined || !addresses.every(({ address }) => isPublicAddress(address))) {
        return callback(Object.assign(new Error(notPublic(hostname)), { isPrivate: true }), '');
      }
      return options.all === true ? callback(null, addresses) : callback(null, first.address, first.family);
    });
}

function notPublic(host: string): string {
  return `The webhook at ${host} is not on a public address. For a check inside your network, name a function instead.`;
}
