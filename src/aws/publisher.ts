/** Sends each message by its channel. One channel that is down does not hold the other one back. */
import type { OutboxMessage } from '../domain/timeline.ts';
import type { Publisher } from '../ports.ts';

export type Channels = Readonly<Record<OutboxMessage['channel'], Publisher>>;

export function channelPublisher(channels: Channels): Publisher {
  return {
    async publish(messages) {
      const results = await Promise.allSettled(
        (['event', 'notice'] as const)
          .map((channel) => ({ channel, own: messages.filter((message) => message.channel === channel) }))
          .filter(({ own }) => own.length > 0)
          .map(({ channel, own }) => channels[channel].publish(own)),
      );
      const ids = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
      const failed = results.find((result) => result.status === 'rejected');
      if (ids.length === 0 && failed !== undefined) throw failed.reason;
      return ids;
    },
  };
}
