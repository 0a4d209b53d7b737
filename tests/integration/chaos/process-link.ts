/** Calls from one process to another and back, over the channel between a Node process and its child. */
import { SlipwayError } from '../../../src/domain/errors.ts';

export type Answer = (name: string, given: readonly unknown[]) => Promise<unknown>;
export type Call = (name: string, ...given: readonly unknown[]) => Promise<unknown>;

interface Channel {
  send?(message: unknown): boolean;
  on(event: 'message', heard: (message: unknown) => void): unknown;
}

type Message =
  | { readonly asks: number; readonly name: string; readonly given: readonly unknown[] }
  | { readonly answers: number; readonly value?: unknown; readonly error?: Failure };

/** The parts of an error that pass between two processes. Slipway's own errors keep their names. */
interface Failure {
  readonly isOwn: boolean;
  readonly name: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export function processLink(channel: Channel, answer: Answer): Call {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let asked = 0;
  const reply = async ({ asks, name, given }: Extract<Message, { asks: number }>) => {
    try {
      channel.send?.({ answers: asks, value: await answer(name, given) });
    } catch (error) {
      channel.send?.({ answers: asks, error: failureOf(error) });
    }
  };
  channel.on('message', (heard) => {
    const message = heard as Message;
    if ('asks' in message) return void reply(message);
    const one = waiting.get(message.answers);
    waiting.delete(message.answers);
    if (message.error === undefined) one?.resolve(message.value);
    else one?.reject(errorOf(message.error));
  });
  return (name, ...given) => {
    asked += 1;
    const one = Promise.withResolvers<unknown>();
    waiting.set(asked, one);
    channel.send?.({ asks: asked, name, given });
    return one.promise;
  };
}

/** A port whose implementation is on the other side of the link. */
export function remotePort<Port>(
  call: Call,
  { name, methods }: { readonly name: string; readonly methods: readonly (keyof Port & string)[] },
): Port {
  const entries = methods.map((method) => [method, (...given: unknown[]) => call(`${name}.${method}`, ...given)]);
  return Object.fromEntries(entries);
}

function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { isOwn: false, name: 'Error', message: String(error), details: {} };
  const details = 'details' in error ? (error.details as Failure['details']) : {};
  return { isOwn: 'details' in error, name: error.name, message: error.message, details };
}

function errorOf({ isOwn, name, message, details }: Failure): Error {
  if (isOwn) return new SlipwayError(name as SlipwayError['name'], message, { details });
  return Object.assign(new Error(message), { name });
}
