/**
 * A TCP proxy before PostgreSQL that recognises the client's flushes: what a client writes before it waits for an
 * answer. It loses one flush of an operation and lets everything else pass. The start of a connection and the store's
 * first query are no flushes.
 */

import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { lastingStatements, type WireMessage, wireMessages } from './wire-messages.ts';

/**
 * The ways to lose a flush:
 * - cut: the flush never reaches the server.
 * - freeze: nothing passes until the client gives up, and the flush is lost.
 * - late: like freeze, but the flush reaches the server after the client gave up.
 * - swallow: the server executes the flush, and its answer is lost.
 * - half: half of the answer arrives.
 * - away: the flush is executed, its answer is lost, and the database cannot be reached any more.
 */
export const WAYS = ['cut', 'freeze', 'late', 'swallow', 'half', 'away'] as const;
export type Way = (typeof WAYS)[number];

export interface Fault {
  /** The first flush has the number 1. */
  readonly flush: number;
  readonly way: Way;
}

export interface PostgresProxy {
  readonly port: number;
  /** Starts the count again, and loses one flush; null loses none. */
  arm(fault: Fault | null): void;
  /** The number of flushes since `arm`. */
  flushes(): number;
  /**
   * The flushes after which something stays written although the connection is lost: a COMMIT, or a write outside of a
   * transaction.
   */
  lasting(): ReadonlySet<number>;
  hasStruck(): boolean;
  close(): Promise<void>;
}

interface Gate {
  fault: Fault | null;
  flushes: number;
  hasStruck: boolean;
  isAway: boolean;
  readonly lasting: Set<number>;
  readonly relays: Set<() => void>;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

export async function postgresProxy(database: Address): Promise<PostgresProxy> {
  const gate: Gate = {
    fault: null,
    flushes: 0,
    hasStruck: false,
    isAway: false,
    ...{ lasting: new Set(), relays: new Set() },
  };
  const server = createServer({ noDelay: true }, (client) => {
    if (gate.isAway) client.resetAndDestroy();
    else relay(client, { gate, database });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    arm(fault) {
      Object.assign(gate, { fault, flushes: 0, hasStruck: false, isAway: false });
      gate.lasting.clear();
    },
    flushes: () => gate.flushes,
    lasting: () => gate.lasting,
    hasStruck: () => gate.hasStruck,
    close: () => closed(server, gate),
  };
}

function closed(server: Server, { relays }: Gate): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const end of relays) end();
  });
}

/** Returns the way in which the flush that begins now is lost, or null when it passes. */
function nextFlush(gate: Gate): Way | null {
  gate.flushes += 1;
  if (gate.hasStruck || gate.fault?.flush !== gate.flushes) return null;
  gate.hasStruck = true;
  return gate.fault.way;
}

function relay(client: Socket, { gate, database }: { readonly gate: Gate; readonly database: Address }): void {
  const server = connect({ ...database, noDelay: true });
  const asked = wireMessages({ startsUp: true });
  const answered = wireMessages({ startsUp: false });
  const kept: Buffer[] = [];
  const isLasting = lastingStatements();
  let isBusy = false;
  let answersDue = 0;
  let way: Way | null = null;

  const lose = () => {
    client.resetAndDestroy();
    server.destroy();
  };
  const begin = ({ kind, bytes }: WireMessage) => {
    isBusy = true;
    if (kind !== 'startup' && !bytes.includes(GREETING)) way = nextFlush(gate);
    if (way === 'cut') lose();
  };
  /** The server has answered everything that the flush asked for. */
  const finish = () => {
    isBusy = false;
    if (way === 'swallow') lose();
    if (way === 'half') client.end(firstHalf(kept));
    if (way !== 'away') return;
    gate.isAway = true;
    for (const end of gate.relays) end();
  };
  client.on('data', (chunk: Buffer) => {
    for (const message of asked(chunk)) {
      const { kind, bytes } = message;
      if (!isBusy && kind !== TERMINATE) begin(message);
      if (ANSWERED.includes(kind)) answersDue += 1;
      if (isLasting(message)) gate.lasting.add(gate.flushes);
      if (way === 'cut') return;
      if (way === 'freeze' || way === 'late') kept.push(bytes);
      else server.write(bytes);
    }
  });
  server.on('data', (chunk: Buffer) => {
    for (const { kind, bytes } of answered(chunk)) {
      if (way === null) client.write(bytes);
      else kept.push(bytes);
      if (kind === READY) answersDue -= 1;
      if (kind === READY && answersDue === 0) finish();
    }
  });
  const end = () => {
    client.resetAndDestroy();
    server.destroy();
  };
  gate.relays.add(end);
  client
    .on('error', () => {})
    .on('close', () => {
      gate.relays.delete(end);
      // The server closes the connection itself, once it has executed what it got.
      if (way === 'late' && !server.destroyed) server.end(Buffer.concat(kept));
      else server.destroy();
    });
  server.on('error', () => {}).on('close', () => client.resetAndDestroy());
}

/** A ReadyForQuery follows each of these: the first message, a simple query, and Sync. */
const ANSWERED = ['startup', 'Q', 'S'];
const READY = 'Z';
const TERMINATE = 'X';
/** The query that the store sends on a new connection, before the pool lends it. */
const GREETING = 'pg_backend_pid';

function firstHalf(parts: readonly Buffer[]): Buffer {
  const whole = Buffer.concat(parts);
  return whole.subarray(0, Math.ceil(whole.length / 2));
}
