/**
 * Sends one request over the socket of the proxy, with limits of time and size. The result is a value that says how the
 * request ended.
 */
import { Agent, type IncomingMessage, request as startRequest } from 'node:http';
import { ANSWER_BYTES_MAX } from './run-kubectl.ts';

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** The path with its query. */
  readonly path: string;
  readonly body?: string;
  readonly contentType?: string;
}

export type ApiEnd =
  | { readonly end: 'answered'; readonly status: number; readonly text: string }
  /** No proxy listens on the socket, so nothing was sent. */
  | { readonly end: 'notReached' }
  /** The request was sent, and the connection ended before the answer. */
  | { readonly end: 'lost'; readonly cause: Error }
  | { readonly end: 'outOfTime'; readonly limitMs: number }
  | { readonly end: 'tooLong'; readonly limitBytes: number };

export interface Way {
  readonly socket: string;
  readonly limitMs: number;
}

/** Idle connections do not keep the process alive. */
const agent = new Agent({ keepAlive: true });

export function sendRequest({ socket, limitMs }: Way, asked: ApiRequest): Promise<ApiEnd> {
  return new Promise((settle) => {
    const outgoing = startRequest({ ...optionsOf(socket, asked), agent });
    const finish = (end: ApiEnd) => {
      clearTimeout(timer);
      if (end.end === 'outOfTime' || end.end === 'tooLong') outgoing.destroy();
      settle(end);
    };
    const timer = setTimeout(() => finish({ end: 'outOfTime', limitMs }), limitMs);
    outgoing.on('error', (error) => finish(failureOf(error)));
    outgoing.once('response', (answer) => {
      const parts: Buffer[] = [];
      let bytes = 0;
      answer.on('data', (part: Buffer) => {
        bytes += part.length;
        if (bytes > ANSWER_BYTES_MAX) finish({ end: 'tooLong', limitBytes: ANSWER_BYTES_MAX });
        else parts.push(part);
      });
      answer.once('error', (cause) => finish({ end: 'lost', cause }));
      answer.once('end', () => {
        const text = Buffer.concat(parts).toString('utf8');
        finish({ end: 'answered', status: answer.statusCode ?? 0, text });
      });
    });
    outgoing.end(asked.body);
  });
}

/** Returns the answer as soon as it begins, to be read in parts on its own connection; null when there is none. */
export function openAnswer({ socket, limitMs }: Way, path: string): Promise<IncomingMessage | null> {
  return new Promise((settle) => {
    const outgoing = startRequest({ ...optionsOf(socket, { method: 'GET', path }), agent: false });
    const finish = (answer: IncomingMessage | null) => {
      clearTimeout(timer);
      if (answer === null) outgoing.destroy();
      settle(answer);
    };
    const timer = setTimeout(() => finish(null), limitMs);
    outgoing.on('error', () => finish(null));
    outgoing.once('response', (answer) => {
      finish(answer.statusCode === 200 ? answer : null);
    });
    outgoing.end();
  });
}

/** The proxy accepts this host name; the name is not sent further. */
function optionsOf(socket: string, { method, path, body, contentType = 'application/json' }: ApiRequest) {
  const content = body === undefined ? {} : { 'content-type': contentType };
  const headers = { host: 'localhost', accept: 'application/json', ...content };
  return { socketPath: socket, method, path, headers };
}

function failureOf(error: Error & { code?: string }): ApiEnd {
  const isUnsent = error.code === 'ECONNREFUSED' || error.code === 'ENOENT';
  return isUnsent ? { end: 'notReached' } : { end: 'lost', cause: error };
}
