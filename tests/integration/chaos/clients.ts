/**
 * People and pipelines that send any request at any time. They repeat a failed request with the same key, as the answer
 * advises.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { VERSIONS } from './one-account.ts';

export interface ClientsOrder {
  readonly addresses: readonly string[];
  readonly services: readonly string[];
  readonly clients: number;
  readonly until: number;
}

export interface Asked {
  /** The number of requests whose last answer had this status. */
  readonly answers: Map<number, number>;
  requests: number;
  repeats: number;
  /** Requests that failed in every repeat, and answers that no client should get. */
  readonly complaints: string[];
}

const REPEATS_MAX = 40;
const reason = 'chaos asks for it';

export async function askForAnything(order: ClientsOrder): Promise<Asked> {
  const asked: Asked = { answers: new Map(), requests: 0, repeats: 0, complaints: [] };
  await Promise.all(Array.from({ length: order.clients }, () => client(order, asked)));
  return asked;
}

async function client(order: ClientsOrder, asked: Asked): Promise<void> {
  while (performance.now() < order.until) {
    const wanted = await wish(order);
    const { method, path } = wanted;
    const { status, detail } = await insisting({ order, asked }, wanted);
    asked.requests += 1;
    asked.answers.set(status, (asked.answers.get(status) ?? 0) + 1);
    if (status >= 500) asked.complaints.push(`${method} ${path} is ${status} after ${REPEATS_MAX} repeats: ${detail}`);
    await sleep(Math.random() * 400);
  }
}

interface Wish {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: object;
}

const SIGNALS = ['abort', 'abort', 'pause', 'resume', 'promote', 'promote', 'skip', 'retry'];

async function wish({ addresses, services }: ClientsOrder): Promise<Wish> {
  // The first services get requests all the time. The last ones get few, so that their rollouts can be promoted.
  const service = services[Math.floor(Math.random() ** 2 * services.length)] as string;
  const dice = Math.random();
  if (dice < 0.5) {
    const isNew = Math.random() < 0.2;
    const version = String(1 + Math.floor(Math.random() * VERSIONS));
    const subject = isNew ? { artifact: { image: 'good' } } : { version };
    return { method: 'POST', path: '/deploy', body: { service, ...subject, supersede: Math.random() < 0.3 } };
  }
  if (dice < 0.65) return { method: 'POST', path: '/rollback', body: { service, reason } };
  const id = await latestOf(anyOf(addresses), service);
  if (id === null) return { method: 'GET', path: '/services' };
  return { method: 'POST', path: `/deployments/${id}/${anyOf(SIGNALS)}`, body: { reason } };
}

async function latestOf(address: string, service: string): Promise<string | null> {
  try {
    const response = await fetch(`${address}/deployments?service=${service}&limit=1`);
    const { items = [] } = (await response.json()) as { readonly items?: readonly { readonly id: string }[] };
    return items[0]?.id ?? null;
  } catch {
    return null;
  }
}

interface Insisted {
  readonly status: number;
  readonly detail: string;
}

/** Each repeat has the same key and may go to any of the processes. */
async function insisting(
  { order, asked }: { readonly order: ClientsOrder; readonly asked: Asked },
  { method, path, body }: Wish,
): Promise<Insisted> {
  const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() };
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  for (let repeats = 0; ; repeats += 1) {
    const response = await fetch(`${anyOf(order.addresses)}${path}`, { method, headers, ...content });
    const { detail = '' } = (await response.json()) as { readonly detail?: string };
    const { status } = response;
    if (status === 500) asked.complaints.push(`${method} ${path} is 500: ${detail}`);
    const waitSeconds = Number(response.headers.get('retry-after') ?? 0);
    const isToRepeat = status >= 500 || (status === 409 && waitSeconds > 0);
    if (!isToRepeat || repeats === REPEATS_MAX) return { status, detail };
    asked.repeats += 1;
    await sleep(waitSeconds * 1_000 + Math.random() * 300);
  }
}

function anyOf<T>(among: readonly T[]): T {
  return among[Math.floor(Math.random() * among.length)] as T;
}
