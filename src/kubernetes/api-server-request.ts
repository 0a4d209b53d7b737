/**
 * Sends one request to an API server and translates a refusal. It trusts only the certificate authority that the door
 * names.
 */
import type { IncomingMessage } from 'node:http';
import * as z from 'zod/mini';
import { type ErrorName, SlipwayError } from '../domain/errors.ts';
import { sentence } from '../domain/sentence.ts';
import { jsonOf } from './kubectl-objects.ts';

/** The address of an API server, and the identity for the calls. */
export interface Door {
  readonly server: string;
  /** Certificates in PEM. */
  readonly authority: string;
  readonly token?: () => string;
  /** Certificate and key in PEM, instead of a token. */
  readonly certificate?: string;
  readonly key?: string;
}

export interface ServerRequest {
  /** What is attempted, in words that follow "Could not": `read Service shop/orders`. */
  readonly what: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  readonly path: string;
  readonly body?: string;
  readonly type?: string;
  /** The limit for the whole request, including the connection. */
  readonly timeoutMs: number;
}

export interface ServerAnswer {
  readonly status: number;
  readonly text: string;
  /**
   * The reason in the API server's words. Null when the answer is not from an API server, or says nothing about an
   * object.
   */
  readonly reason: string | null;
}

const LENGTH_MAX = 20 << 20;
const REASON_LENGTH_MAX = 500;

/** Throws Transient when there is no answer. An answer with any status is an answer. */
export async function askApiServer(door: Door, request: ServerRequest): Promise<ServerAnswer> {
  try {
    return await answerTo(door, request);
  } catch (cause) {
    if (cause instanceof SlipwayError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    const fact = `Could not ${request.what}: no answer from the API server at ${new URL(door.server).host} (${why}).`;
    throw new SlipwayError('Transient', `${fact} Check that it takes requests from here; this is tried again.`, {
      cause,
    });
  }
}

async function answerTo(
  { server, authority, token, certificate, key }: Door,
  request: ServerRequest,
): Promise<ServerAnswer> {
  const { method, path, body, type, timeoutMs } = request;
  // Loaded only when needed: most alarms belong to services that are not on a cluster.
  const https = await import('node:https');
  const { hostname, port } = new URL(server);
  const sent = https.request({
    method,
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? 443 : port,
    path,
    headers: {
      accept: 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token()}` }),
      ...(body === undefined ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(body) }),
    },
    ca: authority,
    cert: certificate,
    key,
    // A function is frozen between two events, and a kept connection may have ended meanwhile.
    agent: false,
    signal: AbortSignal.timeout(timeoutMs),
  });
  const response = await new Promise<IncomingMessage>((settle, reject) => {
    sent.on('error', reject);
    sent.on('response', settle);
    sent.end(body);
  });
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) {
    text += chunk;
    if (text.length > LENGTH_MAX) throw new Error(`the answer is longer than ${LENGTH_MAX} characters`);
  }
  return { status: response.statusCode ?? 0, text, reason: reasonIn(text) };
}

const Status = z.object({ kind: z.literal('Status'), message: z.string() });

function reasonIn(text: string): string | null {
  const status = Status.safeParse(jsonOf(text));
  return status.success ? status.data.message.slice(0, REASON_LENGTH_MAX) : null;
}

export function refusalOf({ status, reason }: ServerAnswer, what: string): SlipwayError {
  const name = nameOf(status);
  const said = reason === null ? `it answers with status ${status}` : reason;
  return new SlipwayError(name, `Could not ${what}: ${sentence(said)} ${nextStep(status, name)}`);
}

function nameOf(status: number): ErrorName {
  if (status === 408 || status === 429 || status >= 500) return 'Transient';
  if (status === 404) return 'NotFound';
  if (status === 409) return 'Conflict';
  return status === 400 || status === 422 ? 'InvalidRequest' : 'Broken';
}

function nextStep(status: number, name: ErrorName): string {
  if (status === 401) return 'Give the role of this function an access entry in the cluster (k8s/access/README.md).';
  if (status === 403) return 'Apply k8s/access to the namespace.';
  switch (name) {
    case 'Transient':
      return 'It may work in a moment.';
    case 'NotFound':
      return 'Create it, or correct the name.';
    case 'Conflict':
      return 'Read it again.';
    default:
      return 'The API server will refuse it again until that is mended.';
  }
}
