/**
 * The typed client: one method for each contract, over fetch. When the server refuses a request, the client throws the
 * server's SlipwayError.
 */
import { type ErrorName, isSlipwayError, SlipwayError } from '../domain/errors.ts';
import { type ContractName, contracts } from './all-contracts.ts';
import type { AnswerOf } from './answers.ts';
import type { Contract, RequestOf } from './route/contract.ts';

export interface ClientOptions {
  readonly baseUrl: string;
  /** The client sends it as a bearer token. */
  readonly token?: string | undefined;
  readonly fetch?: typeof fetch;
  readonly timeoutMs?: number;
}
export interface CallOptions {
  readonly idempotencyKey?: string;
}

type Request<N extends ContractName> = Omit<RequestOf<(typeof contracts)[N]>, never>;
/** A method without required fields may be called without a request. */
type Call<N extends ContractName> =
  Record<never, never> extends Request<N>
    ? (request?: Request<N>, options?: CallOptions) => Promise<AnswerOf<N>>
    : (request: Request<N>, options?: CallOptions) => Promise<AnswerOf<N>>;
export type SlipwayClient = { readonly [N in ContractName]: Call<N> };

/**
 * Throws SlipwayError with the server's own words; `details` holds the whole answer. Throws Transient when the server
 * cannot be reached.
 */
export function slipwayClient(options: ClientOptions): SlipwayClient {
  const entries = Object.values(contracts as Readonly<Record<string, Contract>>).map((contract) => [
    contract.name,
    (request: Fields = {}, { idempotencyKey }: CallOptions = {}) =>
      call(contract, { options, request, idempotencyKey }),
  ]);
  return Object.fromEntries(entries) as SlipwayClient;
}

type Fields = Readonly<Record<string, unknown>>;
interface Sending {
  readonly options: ClientOptions;
  readonly request: Fields;
  readonly idempotencyKey: string | undefined;
}

async function call(contract: Contract, sending: Sending): Promise<unknown> {
  const response = await send(contract, sending);
  const text = await response.text();
  const body = text === '' ? undefined : parsed(text);
  if (response.ok) return body;
  throw refusal(response.status, { contract, body });
}

async function send(contract: Contract, { options, request, idempotencyKey }: Sending): Promise<Response> {
  const { baseUrl, token, fetch: fetchNow = fetch, timeoutMs = 30_000 } = options;
  const { address, body } = addressed(contract, request);
  const headers = {
    accept: 'application/json',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
  };
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    return await fetchNow(`${baseUrl.replace(/\/+$/, '')}${address}`, {
      method: contract.method,
      headers,
      signal,
      ...sent,
    });
  } catch (cause) {
    // The caller's own fetch may know more about the failure.
    if (isSlipwayError(cause)) throw cause;
    throw new SlipwayError('Transient', `Slipway at ${baseUrl} cannot be reached. Is it running? Check the address.`, {
      cause,
    });
  }
}

/** Fills the parameters into the path. The rest of the request goes into the query or the body. */
function addressed({ path, query, body, bodyAs }: Contract, request: Fields): { address: string; body: unknown } {
  const rest = { ...request };
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = String(rest[name]);
    delete rest[name];
    return encodeURIComponent(value);
  });
  if (body !== undefined) return { address: filled, body: bodyAs === undefined ? rest : rest[bodyAs] };
  const asked = Object.entries(rest).flatMap(([name, value]) =>
    // A list is sent as the same parameter several times.
    [value].flat().flatMap((one): [string, string][] => (one === undefined ? [] : [[name, String(one)]])),
  );
  const search = query === undefined || asked.length === 0 ? '' : `?${new URLSearchParams(asked)}`;
  return { address: `${filled}${search}`, body: undefined };
}

function refusal(status: number, { contract, body }: { contract: Contract; body: unknown }): SlipwayError {
  const problem = typeof body === 'object' && body !== null ? (body as Fields) : {};
  const detail =
    typeof problem.detail === 'string' ? problem.detail : `${contract.method} ${contract.path} answered ${status}.`;
  return new SlipwayError(nameOf(status), detail, { details: { ...problem, status } });
}

function nameOf(status: number): ErrorName {
  if (status === 401 || status === 403) return 'Forbidden';
  if (status === 404) return 'NotFound';
  if (status === 409) return 'Conflict';
  if (status === 429 || status === 502 || status === 503 || status === 504) return 'Transient';
  return status < 500 ? 'InvalidRequest' : 'Broken';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
