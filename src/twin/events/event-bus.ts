/**
 * EventBridge and the asynchronous invocations behind it. Every rule that matches gets the event at least once, after a
 * delay and in no promised order. A listener that fails is tried twice more; then the event is a dead letter.
 */
import type { Random } from '../random.ts';
import type { Cancel, Scheduler } from '../scheduler.ts';
import { type BusEvent, busEvent, eventId } from './bus-event.ts';
import type { BusName, EventRule } from './event-rules.ts';

export type Listener = (event: BusEvent) => Promise<unknown>;

export interface DeadLetter {
  readonly functionKey: string;
  readonly event: BusEvent;
  readonly because: string;
}

/** When the copies of one event arrive, in milliseconds from now; each number is one delivery. */
export type Delays = (random: Random) => readonly number[];

export interface BusOrder {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly rules: readonly EventRule[];
  readonly delays: Delays;
  readonly retryDelaysMs: readonly number[];
}

const DEAD_LETTERS_KEPT = 1_000;

export type EventBus = ReturnType<typeof eventBus>;

export function eventBus({ scheduler, random, rules, delays, retryDelaysMs }: BusOrder) {
  const listeners = new Map<string, Listener>();
  const deadLetters: DeadLetter[] = [];
  const bury = ({ functionKey, event, because }: DeadLetter) => {
    deadLetters.push({ functionKey, event, because });
    if (deadLetters.length > DEAD_LETTERS_KEPT) deadLetters.shift();
  };
  let inFlight = 0;
  const toCome = new Set<Cancel>();
  const deliver = (order: { functionKey: string; event: BusEvent; delayMs: number; attempt: number }) => {
    inFlight += 1;
    const cancel = scheduler.at(scheduler.now() + order.delayMs, async () => {
      toCome.delete(cancel);
      try {
        await listeners.get(order.functionKey)?.(order.event);
      } catch (error) {
        const retryMs = retryDelaysMs[order.attempt];
        if (retryMs !== undefined) deliver({ ...order, delayMs: retryMs, attempt: order.attempt + 1 });
        else bury({ ...order, because: error instanceof Error ? error.message : String(error) });
      } finally {
        inFlight -= 1;
      }
    });
    toCome.add(cancel);
  };
  const send = (event: BusEvent, bus: BusName = 'default'): void => {
    for (const rule of rules) {
      if (rule.bus !== bus || !listeners.has(rule.functionKey) || !rule.matches(event)) continue;
      for (const delayMs of delays(random)) deliver({ functionKey: rule.functionKey, event, delayMs, attempt: 0 });
    }
  };
  return {
    /**
     * Sets what the function with that key in serverless.yml does with an event. A rule without a listener delivers
     * nothing.
     */
    bind(functionKey: string, listener: Listener): void {
      listeners.set(functionKey, listener);
    },
    send,
    /** Also makes the envelope, as an AWS service does. */
    putEvent(draft: Pick<BusEvent, 'source' | 'detail-type' | 'detail'>, bus: BusName = 'default'): BusEvent {
      const event = busEvent({ ...draft, id: eventId(random), at: scheduler.now() });
      send(event, bus);
      return event;
    },
    deadLetters: (): readonly DeadLetter[] => deadLetters,
    /** The deliveries that are planned or still running. */
    inFlight: () => inFlight,
    /** Drops the planned deliveries, so that they do not keep a process from ending. */
    close(): void {
      for (const cancel of toCome) cancel();
      toCome.clear();
    },
  };
}
