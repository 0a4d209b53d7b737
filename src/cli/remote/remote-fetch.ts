/**
 * The fetch of the command line. It adds the token and an Idempotency-Key, and repeats a request whose answer was lost:
 * a GET and a PUT have the same effect twice, and the key makes a POST have its effect once.
 */
import { SlipwayError } from '../../domain/errors.ts';
import type { Ids } from '../../ports/ids.ts';
import type { Pause } from '../../ports/pause.ts';
import type { TokenSource } from './token-sources.ts';

export interface RemoteFetchOrder {
  readonly url: string;
  readonly token: TokenSource;
  readonly ids: Ids;
  readonly pause: Pause;
  /** The pauses before the second try and those after it, in milliseconds. */
  readonly pausesMs?: readonly number[];
  readonly fetch?: typeof fetch;
}

/** A server that restarts is back within some seconds; after that a person wants to know. */
const PAUSES_MS = [250, 750, 2_000, 4_000];
const RETRY_AFTER_MAX_MS = 10_000;
const LATER = [429, 502, 503, 504];

type Try = { readonly response: Response } | { readonly error: unknown };

export function remoteFetch(order: RemoteFetchOrder): typeof fetch {
  const { url, token, ids, pause, pausesMs = PAUSES_MS, fetch: fetchNow = fetch } = order;
  return async (address, init = {}) => {
    const headers = new Headers(init.headers);
    const bearer = await token.read();
    if (bearer !== null) headers.set('authorization', `Bearer ${bearer}`);
    if (init.method === 'POST' && !headers.has('idempotency-key')) headers.set('idempotency-key', ids.next('cli'));
    // A service that an earlier try has removed is not found by the next one.
    const left = init.method === 'DELETE' ? [] : [...pausesMs];
    for (;;) {
      // A redirect would send the token to another place.
      const one = await tried(url, () => fetchNow(address, { ...init, headers, redirect: 'manual' }));
      const pauseMs = left.shift();
      if (pauseMs === undefined || !isLost(one)) return answerOf(one, url);
      await pause.sleep(Math.max(pauseMs, retryAfterMs(one)));
    }
  };
}

/** Reads the whole body at once, so that an answer that breaks off is repeated too. */
async function tried(url: string, send: () => Promise<Response>): Promise<Try> {
  try {
    const answer = await send();
    const body = await answer.arrayBuffer();
    const { status, headers } = answer;
    const isBrokenOff =
      answer.ok && body.byteLength > 0 && isOfJson(headers) && !isObject(Buffer.from(body).toString());
    if (isBrokenOff)
      throw new SlipwayError(
        'Transient',
        `The answer of ${url} cannot be read as JSON of Slipway. Try again, or correct the address: --url`,
      );
    return { response: new Response(body.byteLength === 0 ? null : body, { status, headers }) };
  } catch (error) {
    return { error };
  }
}

function isLost(one: Try): boolean {
  return 'error' in one || LATER.includes(one.response.status);
}

function retryAfterMs(one: Try): number {
  const seconds = 'error' in one ? 0 : Number(one.response.headers.get('retry-after'));
  return seconds > 0 ? Math.min(seconds * 1_000, RETRY_AFTER_MAX_MS) : 0;
}

function answerOf(one: Try, url: string): Response {
  if ('error' in one) throw one.error;
  const { response } = one;
  if (response.status >= 300 && response.status < 400) {
    const to = response.headers.get('location') ?? 'nowhere';
    throw new SlipwayError('InvalidRequest', `${url} leads elsewhere, to ${to}. Name that address: --url`);
  }
  if (response.ok && response.status !== 204 && !isOfJson(response.headers)) {
    throw new SlipwayError('Transient', `${url} answers, but not as Slipway does. Correct the address: --url`);
  }
  // A proxy, or a server that is no Slipway, refuses with a page. Slipway always says why, in JSON.
  if (!response.ok && ![401, 403].includes(response.status) && !isOfJson(response.headers)) {
    const fact = `${url} answers ${response.status}, but not as Slipway does.`;
    throw new SlipwayError('Transient', `${fact} Try again, or correct the address: --url`);
  }
  return response;
}

function isOfJson(headers: Headers): boolean {
  return (headers.get('content-type') ?? '').includes('json');
}

/** A proxy may break off an answer, and still end it as if it were whole. Each answer of Slipway is an object. */
function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
