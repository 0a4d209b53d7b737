/**
 * Sends one HTTP request and reads its whole answer, within a time limit. For the few calls that need no client of the
 * SDK.
 */
import type { ClientRequest, IncomingMessage } from 'node:http';

export interface Exchange {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The limit for the whole exchange, so an answer that arrives too slowly also fails. */
  readonly timeoutMs: number;
}

export interface ExchangeAnswer {
  readonly status: number;
  readonly text: string;
}

const TEXT_LENGTH_MAX = 100_000;

/** Throws an error with the name that the SDK uses for a failed connection. An answer with any status is an answer. */
export async function exchange(order: Exchange): Promise<ExchangeAnswer> {
  try {
    return await answerTo(order);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const error = new Error(`no answer from ${order.url.host}: ${why}`, { cause });
    throw Object.assign(error, { name: 'NetworkingError' });
  }
}

async function answerTo({ method, url, headers, body, timeoutMs }: Exchange): Promise<ExchangeAnswer> {
  // Loaded only when needed: most functions open their database without any HTTP.
  const { request } = url.protocol === 'http:' ? await import('node:http') : await import('node:https');
  const length = { 'content-length': String(Buffer.byteLength(body)) };
  const sent = request(url, { method, headers: { ...headers, ...length }, signal: AbortSignal.timeout(timeoutMs) });
  const response = await responseTo(sent, body);
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) {
    text += chunk;
    if (text.length > TEXT_LENGTH_MAX) break;
  }
  return { status: response.statusCode ?? 0, text };
}

function responseTo(sent: ClientRequest, body: string): Promise<IncomingMessage> {
  return new Promise((settle, reject) => {
    sent.on('error', reject);
    sent.on('response', settle);
    sent.end(body);
  });
}
