/**
 * Where Slipway's own events and notices go: events to its bus, notices to a list that replaces SNS. With a file, each
 * message is appended to it before the call returns, so that a killed process has lost nothing.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { OutboxMessage } from '../../domain/deployment/timeline.ts';
import { SlipwayError } from '../../domain/errors.ts';
import type { Publisher } from '../../ports/publisher.ts';
import { type BusEvent, busEvent } from './bus-event.ts';

/** Memory keeps the newest messages; the file has all of them. */
const KEPT = 10_000;

export interface RehearsedPublisher extends Publisher {
  /** The messages that were published, oldest first. A message that was published twice is in the list twice. */
  delivered(): readonly OutboxMessage[];
}

export function rehearsedPublisher({
  file,
  send,
  hear = () => {},
}: {
  file: string | undefined;
  send: (event: BusEvent) => void;
  /** Called with each message, after it is stored. */
  hear?: ((message: OutboxMessage) => void) | undefined;
}): RehearsedPublisher {
  const delivered = file === undefined ? [] : readMessages(file);
  if (file !== undefined) mkdirSync(dirname(file), { recursive: true });
  return {
    async publish(messages) {
      if (messages.length === 0) return [];
      // The newline in front ends a line that an earlier kill left incomplete.
      if (file !== undefined) append(file, messages.map((message) => `\n${JSON.stringify(message)}`).join(''));
      delivered.push(...messages);
      if (delivered.length > KEPT) delivered.splice(0, delivered.length - KEPT);
      messages.forEach(hear);
      for (const message of messages) if (message.channel === 'event') send(eventOf(message));
      return messages.map(({ id }) => id);
    },
    delivered: () => delivered,
  };
}

function append(file: string, text: string): void {
  try {
    appendFileSync(file, text);
  } catch (cause) {
    const fact = `The notices cannot be appended to ${file}: ${(cause as Error).message}.`;
    throw new SlipwayError('Transient', `${fact} Make room there; they are then published again.`, { cause });
  }
}

function eventOf({ id, at, subject, body }: OutboxMessage): BusEvent {
  return busEvent({ id, at, source: 'slipway', 'detail-type': subject, detail: JSON.parse(body) });
}

function readMessages(file: string): OutboxMessage[] {
  if (!existsSync(file)) return [];
  try {
    return readFileSync(file, 'utf8').split('\n').slice(-KEPT).flatMap(readMessage);
  } catch (cause) {
    throw new SlipwayError('Broken', `The notices in ${file} cannot be read. Check its permissions.`, { cause });
  }
}

/** Only the code above writes this file, so a line can be wrong in one way only: it may be incomplete. */
function readMessage(line: string): OutboxMessage[] {
  try {
    return line === '' ? [] : [JSON.parse(line)];
  } catch {
    return [];
  }
}
